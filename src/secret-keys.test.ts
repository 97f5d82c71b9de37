import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadSecretKeys } from './secret-keys.ts'

async function inHome<T>(work: (home: string) => Promise<T>): Promise<T> {
  const home = await mkdtemp(join(tmpdir(), 'slipway-keys-'))
  try {
    return await work(home)
  } finally {
    await rm(home, { recursive: true })
  }
}

test('the first start makes a key that only its user can read; later ones find it', async () => {
  const { first, second, mode } = await inHome(async (home) => ({
    first: await loadSecretKeys({ secretKeys: null, home }),
    second: await loadSecretKeys({ secretKeys: null, home }),
    mode: (await stat(join(home, 'secret-keys'))).mode & 0o777,
  }))

  expect(second).toEqual(first)
  expect(mode).toBe(0o600)
})

test('of two first starts at once both end with the same key', async () => {
  const keys = await inHome((home) =>
    Promise.all(Array.from({ length: 5 }, () => loadSecretKeys({ secretKeys: null, home }))),
  )

  expect(new Set(keys.map((map) => map.get('k1')?.toString('hex'))).size).toBe(1)
})
