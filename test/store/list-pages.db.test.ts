import { setImmediate } from 'node:timers/promises'
import { beforeAll, expect, test } from 'vitest'
import type { Page } from '#src/db/cursor.ts'
import { inTx } from '#src/db/database.ts'
import { WorkflowDocument } from '#src/definition/document.ts'
import { pageOfDeployments } from '#src/drift/show-drift.ts'
import { listTasks, type ListTasksInput } from '#src/lineage/list-tasks.ts'
import { newId } from '#src/lib/ids.ts'
import { must } from '#src/lib/must.ts'
import { insertRun, updateRun } from '#src/runs/run-store.ts'
import { listRuns, type RunFilter } from '#src/views/run-view.ts'
import { listWorkflows, type WorkflowFilter } from '#src/views/workflow-list.ts'
import { deleteWorkflow } from '#src/workflows/delete-workflow.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { addVersion, createInstallation, type Installation } from '#test/support/installation.ts'
import { seedDeployment } from '#test/support/seed-deployment.ts'

const STABLE = 30
const AT = new Date('2026-03-01T00:00:00.000Z')

const { db } = await useTestDatabase()
let installation: Installation
beforeAll(async () => {
  installation = await createInstallation(db)
  for (let n = 0; n < STABLE; n++) {
    await addVersion(installation, documentOf(stableId(n), 0))
    await seedDeployment(installation, stableId(n))
    await addRun(`run_s${String(n).padStart(3, '0')}`, stableId(n), n)
  }
})

const stableId = (n: number): string => `s_${String(n).padStart(2, '0')}`

/** What lists filter by is the same in every revision. */
function documentOf(id: string, revision: number): WorkflowDocument {
  return WorkflowDocument.parse({
    apiVersion: 'slipway/v1',
    kind: 'Workflow',
    id,
    name: `每日订单 ${id}`,
    description: `revision ${revision}`,
    owner: 'alice',
    tags: ['nightly'],
    tasks: ['extract', 'load'].map((key) => ({
      key,
      type: 'shell',
      owner: 'bob',
      script: `echo ${revision}`,
      reads: ['ods.orders'],
    })),
  })
}

/** Many at one and the same instant. */
async function addRun(runId: string, workflowId: string, n: number): Promise<void> {
  const at = new Date(AT.getTime() + (n % 3) * 1_000)
  await inTx(installation.at, (tx) =>
    insertRun(tx, {
      run_id: runId,
      workflow_id: workflowId,
      environment_id: installation.environmentId,
      state: 'success',
      is_final: true,
      trigger_type: 'schedule',
      attempt: 1,
      params: '{}',
      sort_at: at,
      created_at: at,
      updated_at: at,
    }),
  )
}

/** One after the other, over and over: what others write while somebody pages. */
const WRITES: readonly ((n: number) => Promise<unknown>)[] = [
  // Beside, between and after what is there, and some of it vanishes again.
  async (n) => {
    const id = `${stableId((n * 7) % STABLE)}_${n}`
    await addVersion(installation, documentOf(id, n))
    await addRun(newId('run'), id, n)
    if (n % 2 === 0)
      await deleteWorkflow(installation.deps, installation.as('alice'), { workflowId: id })
  },
  // What stays all the while changes as well: its rows of tasks are made anew.
  (n) => {
    installation.clock.advance(1_000)
    return addVersion(installation, documentOf(stableId((n * 11) % STABLE), n))
  },
  async (n) => {
    const runId = `run_s${String((n * 13) % STABLE).padStart(3, '0')}`
    await inTx(installation.at, (tx) =>
      updateRun(tx, runId, { as_of: new Date(AT.getTime() + n), updated_at: AT }),
    )
  },
  (n) =>
    db
      .updateTable('workflow_deployment')
      .set({ drift_at: new Date(AT.getTime() + n), updated_at: new Date(AT.getTime() + n) })
      .where('org_id', '=', installation.at.orgId)
      .where('deployment_id', '=', `dep_${stableId((n * 17) % STABLE)}`)
      .execute(),
]

let writes = 0
/** How often each was done. */
const done = WRITES.map(() => 0)

/** Writes on connections of its own until `work` is done. */
async function whileOthersWrite<T>(work: () => Promise<T>): Promise<T> {
  const reading = new AbortController()
  const others = WRITES.map(async (write, n) => {
    while (!reading.signal.aborted) {
      await write((writes += 1))
      done[n] = (done[n] ?? 0) + 1
    }
  })
  try {
    return await work()
  } finally {
    reading.abort()
    await Promise.all(others)
  }
}

type List = (page: { readonly limit: number; readonly cursor?: string }) => Promise<Page<string>>

async function readAll(list: List): Promise<readonly string[]> {
  const seen: string[] = []
  for (let cursor: string | undefined; ;) {
    const page = await list({ limit: 5, ...(cursor === undefined ? {} : { cursor }) })
    seen.push(...page.items)
    if (page.next_cursor === null) return seen
    cursor = page.next_cursor
    // The next page is of another world than the one before.
    const before = [...done]
    while (before.some((count, n) => done[n] === count)) await setImmediate()
  }
}

const ids = <T>(page: Page<T>, idOf: (item: T) => string): Page<string> => ({
  items: page.items.map(idOf),
  next_cursor: page.next_cursor,
})
const call = () => installation.as('alice')
const workflows =
  (filter: Partial<WorkflowFilter>): List =>
  async (page) =>
    ids(
      await listWorkflows({ db }, call(), { sort: 'id', ...filter, ...page }),
      (item) => item.workflow_id,
    )
const tasks =
  (filter: Partial<ListTasksInput>): List =>
  async (page) =>
    ids(
      await listTasks({ db }, call(), { depth: 1, ...filter, ...page }),
      (item) => `${item.workflow_id}/${item.task_key}`,
    )
const runs =
  (filter: Partial<RunFilter>): List =>
  async (page) =>
    ids(
      await listRuns({ db, instanceLink: () => '' }, call(), { ...filter, ...page }),
      (item) => item.run_id,
    )

const allWorkflows = Array.from({ length: STABLE }, (_, n) => stableId(n))
const allTasks = allWorkflows.flatMap((id) => [`${id}/extract`, `${id}/load`])
const allRuns = allWorkflows.map((_, n) => `run_s${String(n).padStart(3, '0')}`)

const LISTS: readonly (readonly [string, List, readonly string[]])[] = [
  ['workflows', workflows({}), allWorkflows],
  ['workflows of a tag', workflows({ tag: 'nightly' }), allWorkflows],
  ['workflows of an owner', workflows({ owner: 'alice' }), allWorkflows],
  ['workflows of a type', workflows({ type: 'shell' }), allWorkflows],
  ['workflows with words', workflows({ search: '订单 S_' }), allWorkflows],
  [
    'workflows in a state and in sync',
    workflows({ state: 'online', drift: 'in_sync', environment: 'prod' }),
    allWorkflows,
  ],
  ['tasks', tasks({}), allTasks],
  ['tasks of an owner and a type', tasks({ owner: 'bob', type: 'shell' }), allTasks],
  ['tasks of a dataset', tasks({ reads: 'ods.orders' }), allTasks],
  ['tasks with words', tasks({ search: 'LOAD' }), allTasks.filter((id) => id.endsWith('/load'))],
  ['runs', runs({}), allRuns],
  ['runs in a state', runs({ state: 'success', environment: 'prod' }), allRuns],
  ['runs of a trigger', runs({ trigger: 'schedule' }), allRuns],
  [
    'deployments',
    async (page) =>
      ids(
        await pageOfDeployments({ db }, call(), { drift: 'in_sync', ...page }),
        (item) => item.deployment_id,
      ),
    allWorkflows.map((id) => `dep_${id}`),
  ],
]

test.each(LISTS)('%s: what is there all the while is seen once', async (_, list, all) => {
  const seen = await whileOthersWrite(() => readAll(list))

  expect(seen.length).toBe(new Set(seen).size)
  expect(all.filter((id) => !seen.includes(id))).toEqual([])
})

test('newest change first says what changed since, at the price of what moves past the reader', async () => {
  const first = await workflows({ sort: 'updated' })({ limit: 4 })
  installation.clock.advance(1_000)
  const moved = must(
    allWorkflows.find((id) => !first.items.includes(id)),
    'four are not all',
  )
  await addVersion(installation, documentOf(moved, (writes += 1)))

  const again = await workflows({ sort: 'updated' })({ limit: 1 })

  expect(again.items).toEqual([moved])
})
