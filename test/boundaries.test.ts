import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** One wall a row: a file that breaks it, and what the linter has to say. */
const WALLS: readonly (readonly [file: string, line: string, message: string])[] = [
  ['src/lib/a.ts', `import '#src/db/database.ts'`, 'lib is a leaf'],
  ['src/lib/b.ts', `import '../http/problem.ts'`, 'lib is a leaf'],
  ['src/definition/a.ts', `import '../engine/engine.ts'`, 'definition imports lib only'],
  ['src/engine/a.ts', `import '#src/db/database.ts'`, 'engine imports lib and definition only'],
  ['src/db/a.ts', `import '../workflows/assert-workflow.ts'`, 'db imports lib only'],
  ['src/http/a.ts', `import 'kysely'`, 'http imports lib only'],
  ['src/runs/a.ts', `import '#clients/im/feishu.ts'`, 'A feature knows ports'],
  ['src/runs/b.ts', `import '../../clients/im/feishu.ts'`, 'A feature knows ports'],
  ['src/runs/c.ts', `import '../alerts/alert-store.ts'`, 'store is closed'],
  ['src/runs/d.ts', `import '../app.ts'`, 'what is above them'],
  ['src/runs/run-routes.ts', `import './run-store.ts'`, 'never a store'],
  ['src/runs/more-routes.ts', `import '../db/database.ts'`, 'never touch the database'],
  ['src/views/a.ts', `import '../runs/run-store.ts'`, 'query on a Reader'],
  ['clients/im/a.ts', `import '#src/runs/start-run.ts'`, 'Clients import ports'],
  ['clients/im/b.ts', `import '#src/db/database.ts'`, 'Clients import ports'],
  ['jobs/a.ts', `import '#clients/im/feishu.ts'`, 'Jobs call use-cases'],
  ['jobs/b.ts', `import '#src/runs/run-routes.ts'`, 'Jobs call use-cases'],
  ['migrations/a.ts', `import '../src/db/tables.ts'`, 'Migrations import kysely only'],
  ['src/runs/e.ts', `export const x: any = 1`, 'any'],
  ['src/runs/f.ts', `export const g = () => fetch('http://x')`, 'Take fetch as a dependency'],
  ['src/runs/g.ts', `export default 1`, 'default'],
]

const root = resolve(import.meta.dirname, '..')
let folder: string
let findings: readonly { readonly filename: string; readonly text: string }[]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-walls-'))
  await cp(join(root, '.oxlintrc.json'), join(folder, '.oxlintrc.json'))
  await cp(join(root, 'tsconfig.json'), join(folder, 'tsconfig.json'))
  await cp(join(root, 'package.json'), join(folder, 'package.json'))
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  for (const [file, line] of WALLS) {
    await mkdir(dirname(join(folder, file)), { recursive: true })
    await writeFile(join(folder, file), `${line}\n`)
  }
  findings = await lint()
}, 60_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

async function lint() {
  const oxlint = join(root, 'node_modules/.bin/oxlint')
  const run = promisify(execFile)(oxlint, ['--format', 'json', '.'], {
    cwd: folder,
    maxBuffer: 10_000_000,
  })
  const { stdout } = await run.catch((error: { readonly stdout: string }) => error)
  const report: { diagnostics: { filename: string; message: string; help?: string }[] } =
    JSON.parse(stdout)
  return report.diagnostics.map(({ filename, message, help }) => ({
    filename,
    text: `${message} ${help ?? ''}`,
  }))
}

test.each(WALLS)('%s may not hold %s', (file, _line, message) => {
  const texts = findings
    .filter((finding) => finding.filename === file)
    .map((finding) => finding.text)

  expect(texts.join('\n')).toContain(message)
})

/** Stores, views and the database's own; a condition that a store shares with a view, and the lease of jobs. */
const MAY_QUERY = /-store\.ts$|^src\/(views|db)\/|^src\/drift\/drift-filter\.ts$|^jobs\/lease\.ts$/
const QUERY = /\.(selectFrom|insertInto|replaceInto|updateTable|deleteFrom)\(|from 'kysely'/

test('queries stand in stores and views', () => {
  const files = ['src', 'jobs', 'clients'].flatMap((under) =>
    readdirSync(join(root, under), { recursive: true, encoding: 'utf8' }).map(
      (file) => `${under}/${file}`,
    ),
  )
  const querying = files.filter(
    (file) => /(?<!\.test)\.ts$/.test(file) && QUERY.test(readFileSync(join(root, file), 'utf8')),
  )

  expect(querying.length).toBeGreaterThan(20)
  expect(querying.filter((file) => !MAY_QUERY.test(file))).toEqual([])
})
