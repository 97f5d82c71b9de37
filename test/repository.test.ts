import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { migrations } from '#migrations/index.ts'
import { ERROR_CODES } from '#src/lib/error-codes.ts'

const root = resolve(import.meta.dirname, '..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
/** `UPDATE=1 npm test` writes what these tests compare with. */
const isUpdating = process.env['UPDATE'] === '1'

test('the lock file names no registry', () => {
  expect(read('package-lock.json')).not.toMatch(/"resolved"|https?:\/\/[^"]*registry/)
})

test('docs/errors.md lists every error code', () => {
  const rows = Object.entries(ERROR_CODES).map(
    ([code, sentence]) => `| \`${code}\` | ${sentence} |`,
  )
  const page = [
    '# Error codes',
    '',
    'Every problem (RFC 9457) carries one of these in `code`. They are never renamed.',
    '',
    '| code | meaning |',
    '| --- | --- |',
    ...rows,
    '',
  ].join('\n')
  if (isUpdating) writeFileSync(join(root, 'docs/errors.md'), page)

  expect(read('docs/errors.md')).toBe(page)
})

test('every error code is used somewhere', () => {
  const sources = execFileSync(
    'git',
    [
      'grep',
      '-hoE',
      `'[a-z_]+(\\.[a-z_]+)?'`,
      '--',
      'src',
      'clients',
      'jobs',
      ':!src/lib/error-codes.ts',
    ],
    { cwd: root, encoding: 'utf8' },
  )

  expect(Object.keys(ERROR_CODES).filter((code) => !sources.includes(`'${code}'`))).toEqual([])
})

test('a migration that landed is never edited', () => {
  const files = readdirSync(join(root, 'migrations'))
    .filter((file) => /^\d{4}-.*\.ts$/.test(file))
    .sort()
  const sums = Object.fromEntries(
    files.map((file) => [
      file,
      createHash('sha256')
        .update(read(`migrations/${file}`))
        .digest('hex'),
    ]),
  )
  if (isUpdating)
    writeFileSync(
      join(root, 'migrations/checksums.json'),
      `${JSON.stringify({ ...sums, ...landed() }, null, 2)}\n`,
    )

  expect(sums).toEqual(landed())
})

test('every migration file is in the index', () => {
  const files = readdirSync(join(root, 'migrations')).filter((file) => /^\d{4}-.*\.ts$/.test(file))

  expect(Object.keys(migrations).sort()).toEqual(
    files.map((file) => file.replace(/\.ts$/, '')).sort(),
  )
})

function landed(): Readonly<Record<string, string>> {
  try {
    return JSON.parse(read('migrations/checksums.json'))
  } catch {
    return {}
  }
}
