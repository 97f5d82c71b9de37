import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { createSecretBox, parseSecretKeys } from './secrets.ts'

const key = (): Buffer => randomBytes(32)

test('a sealed secret opens again, and never shows its text', () => {
  const box = createSecretBox(new Map([['k1', key()]]))

  const sealed = box.seal('p@ss', 'row:1')

  expect(sealed).toMatch(/^v1\.k1\./)
  expect(sealed).not.toContain('p@ss')
  expect(box.open(sealed, 'row:1')).toBe('p@ss')
})

test('a secret moved to another row does not open', () => {
  const box = createSecretBox(new Map([['k1', key()]]))

  expect(() => box.open(box.seal('p@ss', 'row:1'), 'row:2')).toThrow()
})

test('an older key still opens what it sealed; the first key seals', () => {
  const old = key()
  const sealed = createSecretBox(new Map([['k1', old]])).seal('x', 'c')
  const rotated = createSecretBox(
    new Map([
      ['k2', key()],
      ['k1', old],
    ]),
  )

  expect(rotated.open(sealed, 'c')).toBe('x')
  expect(rotated.seal('x', 'c')).toMatch(/^v1\.k2\./)
})

test('keys are read from one line, and a short one is refused', () => {
  const text = `a:${key().toString('base64')}, b:${key().toString('base64')}`

  expect([...parseSecretKeys(text).keys()]).toEqual(['a', 'b'])
  expect(() => parseSecretKeys('a:AAAA')).toThrow('32 bytes')
})
