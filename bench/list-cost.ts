// p50 and p99 of lists and searches over HTTP handlers at 10,000 workflows of 20 tasks and 100,000
// runs, each against its limit. The first workflow is made by the use-cases, the others are copies of
// its rows in SQL. node bench/list-cost.ts [workflows]; TEST_DATABASE=mysql9 for MySQL.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeCursor } from '#src/db/cursor.ts'
import { createDatabase } from '#src/db/database.ts'
import { migrateToLatest } from '#src/db/migrate.ts'
import { startPrivateServer } from '#src/db/private-server.ts'
import { createTestApp, type TestApp } from '#test/support/app.ts'
import { databaseBinary } from '#test/support/database-binary.ts'
import { fillLists, idOf, RARE } from '#test/support/fill-lists.ts'
import { createInstallation } from '#test/support/installation.ts'

const WORKFLOWS = Number(process.argv[2] ?? 10_000)
const ROUNDS = 200
const WARM_UP = 20
const LIST_MS = 50
const SEARCH_MS = 100
const MIDDLE = idOf(WORKFLOWS / 2)

const LISTS: readonly string[] = [
  '/workflows',
  '/workflows?sort=updated',
  '/workflows?limit=200',
  `/workflows?cursor=${encodeCursor([MIDDLE])}`,
  '/workflows?owner=owner3',
  `/workflows?tag=${RARE}`,
  '/workflows?tag=nightly',
  `/workflows?type=${RARE}`,
  '/workflows?type=shell',
  '/workflows?type=nothing',
  '/workflows?state=draft',
  '/workflows?state=versioned',
  '/workflows?state=offline',
  '/workflows?state=online&environment=second',
  '/workflows?drift=drifted',
  '/workflows?drift=in_sync&environment=second',
  '/workflows?drift=unreachable',
  `/workflows?tag=nightly&owner=owner3&state=online&type=shell&drift=in_sync`,
  '/tasks',
  '/tasks?limit=200',
  `/tasks?cursor=${encodeCursor([MIDDLE, 't3'])}`,
  `/tasks?workflow_id=${MIDDLE}`,
  '/tasks?owner=owner3',
  `/tasks?type=${RARE}`,
  '/tasks?type=shell&owner=owner3',
  '/tasks?reads=ods.events',
  `/tasks?writes=dwd.${MIDDLE}`,
  '/runs',
  '/runs?trigger=backfill',
  '/runs?state=failure&environment=second',
  `/runs?workflow_id=${MIDDLE}`,
  '/publications',
  '/publications?environment=second',
  '/publications?state=failed',
  '/deployments',
  '/deployments?environment=second',
  '/deployments?drift=drifted&environment=second',
]
const SEARCHES: readonly string[] = [
  '/workflows?search=orders',
  '/workflows?search=画像',
  `/workflows?search=${RARE}`,
  '/workflows?search=nothing%25like',
  '/workflows?search=nothing&sort=updated',
  `/workflows?search=${RARE}&tag=nightly&type=shell&drift=drifted`,
  '/tasks?search=load',
  '/tasks?search=画像',
  `/tasks?search=${RARE}`,
  '/tasks?search=nothing%25like',
  '/tasks?search=nothing&owner=owner3',
  // The worst there is: both occur in every workflow, and never together.
  '/tasks?search=extract+0&type=python',
  `/tasks?upstream_of=${MIDDLE}/t9&depth=5`,
  `/tasks?downstream_of=${MIDDLE}/t0&depth=20`,
]

interface Measured {
  readonly p50: number
  readonly p99: number
  readonly items: number
}

async function measure(app: TestApp, path: string): Promise<Measured> {
  const times: number[] = []
  let items = 0
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    const start = performance.now()
    const { status, body } = await app.call('dave', 'GET', path)
    if (round >= 0) times.push(performance.now() - start)
    if (status !== 200) throw new Error(`${path} answered ${status}: ${JSON.stringify(body)}`)
    items = body.items.length
  }
  times.sort((a, b) => a - b)
  const at = (part: number): number => times[Math.ceil(part * times.length) - 1] ?? 0
  return { p50: at(0.5), p99: at(0.99), items }
}

const dir = await mkdtemp(join(tmpdir(), 'slipway-bench-'))
const server = await startPrivateServer({ dir, isThrowaway: true, binary: await databaseBinary() })
const db = createDatabase({ url: server.url })
try {
  await migrateToLatest(db)
  const installation = await createInstallation(db)
  await fillLists(installation, { workflows: WORKFLOWS, tasksEach: 20, runs: 10 * WORKFLOWS })
  const app = await createTestApp(installation)
  process.stdout.write(
    `${WORKFLOWS} workflows, ${20 * WORKFLOWS} tasks, ${10 * WORKFLOWS} runs; ${ROUNDS} requests each\n`,
  )
  for (const [paths, limitMs] of [
    [LISTS, LIST_MS],
    [SEARCHES, SEARCH_MS],
  ] as const) {
    process.stdout.write(`\np50 ms  p99 ms  of ${limitMs} ms  items\n`)
    for (const path of paths) {
      const { p50, p99, items } = await measure(app, path)
      const [shown, most, ratio] = [p50.toFixed(1), p99.toFixed(1), (p99 / limitMs).toFixed(2)]
      process.stdout.write(
        `${shown.padStart(6)} ${most.padStart(7)} ${`× ${ratio}`.padStart(9)} ${String(items).padStart(6)}  ${path}\n`,
      )
    }
  }
} finally {
  await db.destroy()
  await server.stop()
  await rm(dir, { recursive: true, force: true })
}
