import { beforeAll, expect, test } from 'vitest'
import { encodeCursor } from '#src/db/cursor.ts'
import type { OrgDb } from '#src/db/database.ts'
import { deploymentsQuery } from '#src/drift/drift-store.ts'
import { DRIFT_FILTERS } from '#src/drift/drift.ts'
import { tasksQuery } from '#src/lineage/task-store.ts'
import { publicationsQuery } from '#src/views/publication-view.ts'
import { runsQuery } from '#src/views/run-view.ts'
import { WORKFLOW_STATES } from '#src/views/workflow-filter.ts'
import { workflowsQuery } from '#src/views/workflow-list.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { countRowsRead } from '#test/support/rows-read.ts'
import { fillLists, idOf, RARE } from '#test/support/fill-lists.ts'
import { createInstallation, type Installation } from '#test/support/installation.ts'

const { db } = await useTestDatabase()
let installation: Installation
beforeAll(async () => {
  installation = await createInstallation(db)
  await fillLists(installation, { workflows: 3_000, tasksEach: 8, runs: 9_000 })
})

interface Explained {
  readonly table: string | null
  readonly type: string | null
  readonly key: string | null
}
interface Query {
  explain<T extends Record<string, unknown>>(format: 'traditional'): Promise<T[]>
  execute(): Promise<readonly unknown[]>
}
type MakeQuery = (at: OrgDb) => Query

const PAGE = { limit: 50 }
const call = () => installation.as('bob')
type WorkflowsInput = Parameters<typeof workflowsQuery>[1]
const workflows =
  (filter: Partial<WorkflowsInput>): MakeQuery =>
  (at) =>
    workflowsQuery(at, { ...PAGE, sort: 'id', ...filter })
const tasks =
  (filter: Partial<Parameters<typeof tasksQuery>[1]>): MakeQuery =>
  (at) =>
    tasksQuery(at, { ...PAGE, after: null, ...filter })
const runs =
  (filter: Partial<Parameters<typeof runsQuery>[1]>): MakeQuery =>
  (at) =>
    runsQuery(at, { ...PAGE, ...filter })
const publications =
  (filter: Partial<Parameters<typeof publicationsQuery>[2]>): MakeQuery =>
  (at) =>
    publicationsQuery(at, call(), { ...PAGE, ...filter })
const deployments =
  (filter: Partial<Parameters<typeof deploymentsQuery>[1]>): MakeQuery =>
  (at) =>
    deploymentsQuery(at, {
      ...PAGE,
      after: null,
      environmentId: null,
      workflowId: null,
      drift: null,
      ...filter,
    })

/** How many rows each may look at; all: what matches is not known before they were looked at. */
const ALL = Infinity
const WORKFLOW_FILTERS: readonly (readonly [string, Partial<WorkflowsInput>, number])[] = [
  ['all', {}, 300],
  ['a later page', { cursor: encodeCursor([idOf(2_000)]) }, 300],
  ['newest change first', { sort: 'updated' }, 300],
  [
    'a later page of those',
    { sort: 'updated', cursor: encodeCursor(['2026-01-05T00:00:00.000Z', idOf(5)]) },
    300,
  ],
  ['an owner', { owner: RARE }, 300],
  ['an owner of many', { owner: 'owner3', sort: 'updated' }, 500],
  ['a tag', { tag: RARE }, 300],
  ['a tag of all', { tag: 'nightly' }, 400],
  ['a type', { type: RARE }, 300],
  ['a type of all', { type: 'shell' }, 600],
  ['a type of none', { type: 'none' }, 50],
  ['drift of few', { drift: 'drifted' }, 300],
  ['words', { search: RARE }, ALL],
  ['words of an owner', { search: 'orders', owner: 'owner3' }, 1000],
  ...WORKFLOW_STATES.map((state) => [`state ${state}`, { state }, ALL] as const),
  ...DRIFT_FILTERS.map((drift) => [`drift ${drift}`, { drift }, ALL] as const),
  ['everything', { search: 'orders', tag: RARE, type: RARE, owner: RARE, drift: 'drifted' }, 2000],
]
const QUERIES: readonly (readonly [string, MakeQuery, number])[] = [
  ...WORKFLOW_FILTERS.map(
    ([name, filter, most]) => [`workflows: ${name}`, workflows(filter), most] as const,
  ),
  ['workflows of an environment', workflows({ environmentId: 'env_second' }), ALL],
  [
    'workflows online in an environment',
    workflows({ environmentId: 'env_second', state: 'online' }),
    ALL,
  ],
  ['tasks with words', tasks({ search: RARE }), ALL],
  ['tasks with words of an owner', tasks({ search: 'load', owner: 'owner3' }), ALL],
  ['tasks of a type of all', tasks({ type: 'shell' }), 400],
  ['runs of a trigger', runs({ trigger: 'backfill' }), 300],
  ['publications', publications({}), 400],
  ['publications of a workflow', publications({ workflow_id: idOf(7) }), 100],
  ['publications of an environment', publications({ environmentId: 'env_second' }), 400],
  [
    'publications in a state of an environment',
    publications({ environmentId: 'env_second', state: 'failed' }),
    100,
  ],
  ['publications in a state', publications({ state: 'failed' }), 100],
  ['publications that wait for me', publications({ waiting_for: 'me' }), 200],
  ['deployments', deployments({}), 400],
  ['deployments of a workflow', deployments({ workflowId: idOf(7) }), 50],
  ['deployments of an environment', deployments({ environmentId: 'env_second' }), 400],
  ['deployments that drifted', deployments({ drift: 'drifted' }), 100],
  ['deployments nobody has looked at', deployments({ drift: 'unknown' }), 400],
]

test.each(QUERIES)('%s: every table by a key', async (_, make) => {
  const plan = await make(installation.at).explain<Explained & Record<string, unknown>>(
    'traditional',
  )

  // A list that was made on the way has no key and needs none.
  const tables = plan.filter(({ table }) => table !== null && !table.startsWith('<'))
  expect(tables).not.toEqual([])
  expect(
    tables.filter(({ key, type }) => key === null || type === 'ALL' || type === 'index'),
  ).toEqual([])
})

test.each(QUERIES.filter(([, , most]) => most < ALL))(
  '%s: no more rows than needed',
  async (_, make, most) => {
    expect(await rowsRead((at) => make(at).execute())).toBeLessThan(most)
  },
)

const rowsRead = (work: (at: OrgDb) => Promise<unknown>) => countRowsRead(installation.at, work)
