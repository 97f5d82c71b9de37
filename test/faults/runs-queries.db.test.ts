import { sql } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import { encodeCursor } from '#src/db/cursor.ts'
import type { OrgDb } from '#src/db/database.ts'
import { listEndedToSweep, listOpenInstances } from '#src/runs/run-store.ts'
import { listDueRuns } from '#src/runs/start-store.ts'
import { runsQuery, type RunFilter } from '#src/views/run-view.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { countRowsRead } from '#test/support/rows-read.ts'
import type { Installation } from '#test/support/installation.ts'
import { askForRun, deployOrders, rowOf } from '#test/support/runs.ts'

const { db } = await useTestDatabase()
let installation: Installation
beforeAll(async () => {
  installation = await deployOrders(db)
  await fill(12_000)
})

/** Ended runs of a busy environment, and of prod every twentieth; every thirtieth failed. */
async function fill(count: number): Promise<void> {
  const { at, environmentId } = installation
  const row = await rowOf(installation, await askForRun(installation))
  const prod = await db
    .selectFrom('engine_environment')
    .selectAll()
    .where('org_id', '=', at.orgId)
    .executeTakeFirstOrThrow()
  await db
    .insertInto('engine_environment')
    .values({ ...prod, environment_id: 'env_busy', name: 'busy', project_code: '1' })
    .execute()
  for (let from = 0; from < count; from += 500) {
    const rows = Array.from({ length: 500 }, (_, index) => {
      const n = from + index
      const time = new Date(Date.parse('2026-01-01T00:00:00Z') + n * 60_000)
      return {
        ...row,
        environment_id: n % 20 === 0 ? environmentId : 'env_busy',
        run_id: `run_${String(n).padStart(8, '0')}`,
        engine_instance_id: n + 1,
        state: n % 30 === 0 ? 'failure' : 'success',
        is_final: true,
        next_attempt_at: null,
        sort_at: time,
        as_of: time,
      }
    })
    await db.insertInto('workflow_instance_cache').values(rows).execute()
  }
  await sql`ANALYZE TABLE workflow_instance_cache`.execute(db)
}

const rowsRead = (work: (at: OrgDb) => Promise<unknown>) => countRowsRead(installation.at, work)

interface Explained {
  readonly type: string
  readonly key: string | null
}

const PAGE = { limit: 50 }
const LISTS: readonly (readonly [name: string, filter: RunFilter])[] = [
  ['all', PAGE],
  ['of an environment', { ...PAGE, environment: 'prod' }],
  ['of an environment and state', { ...PAGE, environment: 'prod', state: 'failure' }],
  ['of a state', { ...PAGE, state: 'failure' }],
  ['of a workflow', { ...PAGE, workflow_id: 'daily_orders' }],
  ['of a workflow and environment', { ...PAGE, workflow_id: 'daily_orders', environment: 'prod' }],
  [
    'of an environment in a time',
    { ...PAGE, environment: 'prod', from: '2026-01-02T00:00:00Z', to: '2026-01-03T00:00:00Z' },
  ],
  [
    'of an environment, next page',
    {
      ...PAGE,
      environment: 'prod',
      cursor: encodeCursor(['2026-01-02T00:00:00.000Z', 'run_00001440']),
    },
  ],
]

test.each(LISTS)('the list of runs %s looks at what it shows', async (_name, filter) => {
  const { at, environmentId } = installation
  const all = { ...filter, environmentId: filter.environment && environmentId }

  const plan = await runsQuery(at, all).explain<Explained>('traditional')
  const rows = await rowsRead((seen) => runsQuery(seen, all).execute())

  expect(plan).toMatchObject([{ key: expect.stringMatching(/^workflow_instance_cache_/) }])
  expect(plan[0]?.type).not.toMatch(/ALL|index/)
  expect(rows).toBeLessThan(5 * PAGE.limit)
})

test('jobs look at the rows that they take', async () => {
  const { environmentId } = installation

  const swept = await rowsRead((at) => listEndedToSweep(at, environmentId, 100))
  const open = await rowsRead((at) => listOpenInstances(at, environmentId, 500))

  const due = await rowsRead(({ q }) =>
    listDueRuns(q, new Date(), { limit: 50, perEnvironment: 10, except: [] }),
  )

  expect(swept).toBeLessThan(200)
  expect(open).toBeLessThan(50)
  expect(due).toBeLessThan(50)
})
