import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { migrations } from '#migrations/index.ts'
import { ERROR_CODES } from '#src/lib/error-codes.ts'
import { ISSUE_CODES } from '#src/lib/issue-codes.ts'
import { codesInSources } from '#test/support/issue-codes.ts'

const root = resolve(import.meta.dirname, '..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
/** `UPDATE=1 npm test` writes what these tests compare with. */
const isUpdating = process.env['UPDATE'] === '1'

test('the lock file names no registry', () => {
  expect(read('package-lock.json')).not.toMatch(/"resolved"|https?:\/\/[^"]*registry/)
})

test('docs/errors.md lists every code of errors and issues', () => {
  const page = [
    '# Error codes',
    '',
    'Every problem (RFC 9457) carries one of these in `code`. They are never renamed.',
    '',
    ...table(ERROR_CODES),
    '',
    '## Codes of issues',
    '',
    'Each of the `issues` of a problem, a plan or a draft carries one of these in `code`, or one of those above; so does the `error` of an item that an import could not adopt. What checks find is in [checks.md](checks.md).',
    '',
    ...table(ISSUE_CODES),
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

test('every code that an issue carries is listed, and no other', () => {
  const codes = codesInSources(root)

  const isListed = (code: string): boolean => code in ERROR_CODES || code in ISSUE_CODES
  // What zod says, and what is wrong with any value, is passed on under a prefix.
  const isPassedOn = (code: string): boolean => /^(request|definition)\./.test(code)

  expect([...codes].filter((code) => !isListed(code))).toEqual([])
  expect(Object.keys(ISSUE_CODES).filter((code) => !codes.has(code) && !isPassedOn(code))).toEqual(
    [],
  )
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

function table(codes: Readonly<Record<string, string>>): readonly string[] {
  const rows = Object.entries(codes).map(([code, sentence]) => `| \`${code}\` | ${sentence} |`)
  return ['| code | meaning |', '| --- | --- |', ...rows]
}

function landed(): Readonly<Record<string, string>> {
  try {
    return JSON.parse(read('migrations/checksums.json'))
  } catch {
    return {}
  }
}
