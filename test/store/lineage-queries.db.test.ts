import { sql } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import type { OrgDb } from '#src/db/database.ts'
import { catchUpLineage, listStale } from '#src/lineage/catch-up.ts'
import {
  inferredQuery,
  listLastTasks,
  listRelations,
  listRelationsOfWorkflow,
  workflowPairsQuery,
} from '#src/lineage/edge-store.ts'
import { datasetKey, READER_REVISION } from '#src/lineage/lineage.ts'
import { listTasks, type ListTasksInput } from '#src/lineage/list-tasks.ts'
import { readLineage } from '#src/lineage/read-lineage.ts'
import { tasksQuery, type TaskFilter } from '#src/lineage/task-store.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { countRowsRead } from '#test/support/rows-read.ts'
import { addVersion, createInstallation, type Installation } from '#test/support/installation.ts'
import { WorkflowDocument } from '#src/definition/document.ts'

const { db } = await useTestDatabase()
let installation: Installation
let at: OrgDb
beforeAll(async () => {
  installation = await createInstallation(db)
  at = installation.at
  await fill(1000)
})

const id = (n: number): string => `w${String(n).padStart(4, '0')}`

/** Workflows of ten tasks, in a line and each reading what the workflow before writes. */
async function fill(count: number): Promise<void> {
  const keys = Array.from({ length: 10 }, (_, n) => `t${n}`)
  await addVersion(
    installation,
    WorkflowDocument.parse({
      apiVersion: 'slipway/v1',
      kind: 'Workflow',
      id: id(0),
      name: 'first',
      tasks: keys.map((key, n) => ({
        key,
        type: 'shell',
        script: 'true',
        needs: n === 0 ? [] : [`t${n - 1}`],
        writes: n === 9 ? ['d0'] : [],
      })),
    }),
  )
  const own = { org_id: at.orgId }
  const workflow = await db
    .selectFrom('data_workflow')
    .selectAll()
    .where((eb) => eb.and(own))
    .executeTakeFirstOrThrow()
  const tasks = await db
    .selectFrom('data_task')
    .selectAll()
    .where((eb) => eb.and(own))
    .orderBy('task_key')
    .execute()
  const numbers = Array.from({ length: count - 1 }, (_, n) => n + 1)
  for (let from = 0; from < numbers.length; from += 100) {
    const some = numbers.slice(from, from + 100)
    const many = <T>(make: (n: number) => readonly T[]): T[] => some.flatMap(make)
    await db
      .insertInto('data_workflow')
      .values(many((n) => [{ ...workflow, workflow_id: id(n) }]))
      .execute()
    await db
      .insertInto('workflow_projection')
      .values(
        many((n) => [
          {
            ...own,
            workflow_id: id(n),
            version: 1,
            reader_revision: READER_REVISION,
            is_complete: true,
          },
        ]),
      )
      .execute()
    await db
      .insertInto('data_task')
      .values(
        many((n) =>
          tasks.map((task, index) => ({
            ...task,
            workflow_id: id(n),
            owner: n % 100 === 0 ? 'rare' : 'usual',
            type: index === 0 && n % 100 === 0 ? 'sql' : 'shell',
            is_disabled: false,
            is_last: index === tasks.length - 1,
          })),
        ),
      )
      .execute()
    await db
      .insertInto('workflow_task_relation')
      .values(
        many((n) =>
          tasks.slice(1).map((task, index) => ({
            org_id: at.orgId,
            workflow_id: id(n),
            to_key: task.task_key,
            from_workflow_id: id(n),
            from_key: `t${index}`,
            origin: 'declared',
          })),
        ),
      )
      .execute()
    await db
      .insertInto('task_dataset')
      .values(
        many((n) =>
          [
            { task_key: 't0', direction: 'read', dataset: `d${n - 1}` },
            { task_key: 't9', direction: 'write', dataset: `d${n}` },
          ].map((row) => ({
            ...row,
            org_id: at.orgId,
            workflow_id: id(n),
            dataset_key: datasetKey(row.dataset),
            origin: 'declared',
          })),
        ),
      )
      .execute()
  }
  for (const table of ['data_workflow', 'data_task', 'workflow_task_relation', 'task_dataset'])
    await sql`ANALYZE TABLE ${sql.table(table)}`.execute(db)
}

interface Explained {
  readonly table: string
  readonly type: string
  readonly key: string | null
}

const PAGE = { after: null, limit: 50 }
const FILTERS: readonly (readonly [name: string, filter: TaskFilter])[] = [
  ['all', PAGE],
  ['a later page', { ...PAGE, after: { workflowId: id(500), taskKey: 't3' } }],
  ['a workflow', { ...PAGE, workflowId: id(500) }],
  ['an owner', { ...PAGE, owner: 'rare' }],
  ['a type', { ...PAGE, type: 'sql' }],
  ['a dataset read', { ...PAGE, reads: datasetKey('d500') }],
  ['a dataset written', { ...PAGE, writes: datasetKey('d500') }],
  ['words', { ...PAGE, search: 't1' }],
  ['a few tasks', { ...PAGE, among: [{ workflowId: id(500), taskKey: 't3' }] }],
]
const tasks = [{ workflowId: id(500), taskKey: 't0' }]

async function explained(query: { explain(): Promise<readonly unknown[]> }) {
  const rows = await query.explain()
  // A list that was made on the way has no index and needs none.
  return rows.map((row) => row as Explained).filter((row) => !(row.table ?? '').startsWith('<'))
}

test.each(FILTERS)('the list of %s uses an index', async (_, filter) => {
  const rows = await explained(tasksQuery(at, filter))

  expect(rows).not.toEqual([])
  expect(rows.filter((row) => row.key === null || row.type === 'ALL')).toEqual([])
})

test.each(['upstream', 'downstream'] as const)('edges %s use an index', async (direction) => {
  const column = direction === 'upstream' ? 'i.workflow_id' : 'o.workflow_id'
  const rows = [
    ...(await explained(inferredQuery(at, 100).where(column, '=', id(500)))),
    ...(await explained(workflowPairsQuery(at, { workflowId: id(500), direction, limit: 100 }))),
  ]

  expect(rows.filter((row) => row.key === null || row.type === 'ALL')).toEqual([])
})

const rowsRead = (work: (at: OrgDb) => Promise<unknown>) => countRowsRead(at, work)

const list = (input: Partial<ListTasksInput>) => (on: OrgDb) =>
  listTasks({ db: on.q }, installation.as('alice'), { limit: 50, depth: 1, ...input })

test.each([
  ['all tasks', list({}), 400],
  ['a workflow', list({ workflow_id: id(500) }), 200],
  ['an owner', list({ owner: 'rare' }), 400],
  ['a type', list({ type: 'sql' }), 200],
  ['a dataset', list({ reads: 'd500' }), 100],
  ['neighbours', list({ upstream_of: `${id(500)}/t0` }), 200],
  ['neighbours far away', list({ upstream_of: `${id(500)}/t0`, depth: 20 }), 1500],
  ['relations', (on: OrgDb) => listRelations(on, { tasks, direction: 'upstream', limit: 9 }), 100],
  [
    'relations of a workflow',
    (on: OrgDb) =>
      listRelationsOfWorkflow(on, { workflowId: id(500), direction: 'downstream', limit: 99 }),
    200,
  ],
  ['last tasks', (on: OrgDb) => listLastTasks(on, [id(500)], 9), 50],
  [
    'the lineage of a workflow',
    (on: OrgDb) => readLineage({ db: on.q }, installation.as('alice'), { workflowId: id(500) }),
    1200,
  ],
] as const)('of 10,000 tasks, %s reads no more rows than it needs', async (_, work, most) => {
  expect(await rowsRead(work)).toBeLessThan(most)
})

test('what is stale is looked for in pages', async () => {
  const first = await listStale({ db }, { orgId: '', workflowId: '' })
  const second = await listStale({ db }, { orgId: at.orgId, workflowId: id(499) })

  expect(first).toMatchObject({ stale: [], next: { workflowId: id(499) } })
  expect(second).toMatchObject({ stale: [], next: { workflowId: id(999) } })
  expect(
    await rowsRead((on) => listStale({ db: on.q }, { orgId: at.orgId, workflowId: id(499) })),
  ).toBeLessThan(1600)
})

test('a version that was overtaken is left to the one that did', async () => {
  await catchUpLineage({ db }, installation.as('alice'), {
    orgId: at.orgId,
    workflowId: id(0),
    version: 1,
  })

  expect((await listStale({ db }, { orgId: '', workflowId: '' })).stale).toEqual([])
})
