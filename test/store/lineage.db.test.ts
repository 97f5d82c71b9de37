import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { createCatchUpLineageJob } from '#jobs/catch-up-lineage.ts'
import { inTx } from '#src/db/database.ts'
import { WorkflowDocument } from '#src/definition/document.ts'
import { silentLog } from '#src/lib/log.ts'
import { projectTasks } from '#src/lineage/project-tasks.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { addVersion, createInstallation } from '#test/support/installation.ts'
import { systemCall } from '#test/support/seed.ts'

const { db } = await useTestDatabase()

const document = (id: string, tasks: readonly object[]): WorkflowDocument =>
  WorkflowDocument.parse({ apiVersion: 'slipway/v1', kind: 'Workflow', id, name: id, tasks })
const shell = (key: string, more: object = {}) => ({ key, type: 'shell', script: 'true', ...more })
const insert = (key: string, text: string) => ({ key, type: 'sql', datasource: 'w', sql: text })

const TABLES = [
  'data_task',
  'workflow_task_relation',
  'task_dataset',
  'workflow_projection',
] as const

/** All rows of an organization in the tables of lineage. */
async function rowsOf(orgId: string) {
  const rows: Record<string, readonly object[]> = {}
  for (const table of TABLES) {
    const found = await db.selectFrom(table).selectAll().where('org_id', '=', orgId).execute()
    rows[table] = found.map((row) => ({ ...row }))
  }
  return rows
}

async function runJob(rounds = 20): Promise<void> {
  const job = createCatchUpLineageJob({ db })
  const signal = new AbortController().signal
  for (let round = 0; round < rounds; round++) {
    const { nextInMs } = await job.run({ signal, log: silentLog, callFor: systemCall })
    if (nextInMs > 0) return
  }
}

async function forget(orgId: string): Promise<void> {
  for (const table of TABLES) await db.deleteFrom(table).where('org_id', '=', orgId).execute()
}

test('the rows of a version are the same however often they are written', async () => {
  const installation = await createInstallation(db)
  const { at } = installation
  const daily = document('daily', [
    shell('a', { writes: ['x', 'X'], needs: [] }),
    shell('b', { reads: ['x'], needs: ['a', 'a'] }),
  ])
  await addVersion(installation, daily)
  const once = await rowsOf(at.orgId)

  await inTx(at, (tx) => projectTasks(tx, 'daily', 1, daily))

  expect(await rowsOf(at.orgId)).toEqual(once)
  expect(once['task_dataset']).toHaveLength(2)
  expect(once['workflow_task_relation']).toHaveLength(1)
})

test('a version that is not made leaves no rows', async () => {
  const installation = await createInstallation(db)
  const { at } = installation
  const daily = document('daily', [shell('a')])
  await addVersion(installation, daily)
  const before = await rowsOf(at.orgId)

  const failed = inTx(at, async (tx) => {
    await projectTasks(tx, 'daily', 2, document('daily', [shell('b')]))
    throw new Error('stop')
  })

  await expect(failed).rejects.toThrow('stop')
  expect(await rowsOf(at.orgId)).toEqual(before)
})

test('versions from before are caught up with, a few workflows a round', async () => {
  const installation = await createInstallation(db)
  const { orgId } = installation.at
  for (let n = 0; n < 25; n++)
    await addVersion(installation, document(`w${n}`, [insert('a', `INSERT INTO t${n} SELECT 1`)]))
  const wanted = await rowsOf(orgId)
  await forget(orgId)

  await runJob(1)
  const part = await db
    .selectFrom('workflow_projection')
    .select('workflow_id')
    .where('org_id', '=', orgId)
    .execute()
  await runJob()

  expect(part.length).toBeLessThan(25)
  expect(await rowsOf(orgId)).toEqual(wanted)
})

test('much new SQL at once is read by the job', async () => {
  const installation = await createInstallation(db)
  const { orgId } = installation.at
  const filler = `-- ${'x'.repeat(60_000)}`
  const tasks = ['a', 'b', 'c'].map((key) =>
    insert(key, `INSERT INTO big.${key} SELECT 1 FROM big.${orgId} ${filler}${key}`),
  )
  await addVersion(installation, document('big', tasks))
  const states = () =>
    db
      .selectFrom('data_task')
      .select('datasets_state')
      .where('org_id', '=', orgId)
      .orderBy('task_key')
      .execute()
      .then((rows) => rows.map((row) => row.datasets_state))

  expect(await states()).toEqual(['known', 'pending', 'pending'])

  await runJob()

  expect(await states()).toEqual(['known', 'known', 'known'])
})

test('all workflows of a transaction have one measure of new SQL between them', async () => {
  const installation = await createInstallation(db)
  const { at } = installation
  const filler = `-- ${'x'.repeat(60_000)}`
  const big = (id: string) =>
    document(id, [insert('a', `INSERT INTO ${id} SELECT 1 FROM shared.${at.orgId} ${filler}`)])
  for (const id of ['one', 'three', 'two'])
    await addVersion(installation, document(id, [shell('a')]))
  const states = async () =>
    (await rowsOf(at.orgId))['data_task']?.map((row) => [
      Reflect.get(row, 'workflow_id'),
      Reflect.get(row, 'datasets_state'),
    ])

  await inTx(at, async (tx) => {
    for (const id of ['one', 'two']) await projectTasks(tx, id, 1, big(id))
  })
  await inTx(at, (tx) => projectTasks(tx, 'three', 1, big('three')))

  expect(await states()).toEqual([
    ['one', 'known'],
    ['three', 'known'],
    ['two', 'pending'],
  ])
})

test('a version that cannot be read leaves the others their turn', async () => {
  const installation = await createInstallation(db)
  const { at } = installation
  await addVersion(installation, document('broken', [shell('a')]))
  await addVersion(installation, document('whole', [shell('a')]))
  await forget(at.orgId)
  await at.q
    .updateTable('workflow_version')
    .set({ definition_json: '{}' })
    .where('org_id', '=', at.orgId)
    .where('workflow_id', '=', 'broken')
    .execute()

  await runJob()

  const rows = await rowsOf(at.orgId)
  expect(rows['data_task']).toMatchObject([{ workflow_id: 'whole' }])
})

test('the view shows declared, dependent and inferred dependencies of workflows that are there', async () => {
  const installation = await createInstallation(db)
  const { at } = installation
  await addVersion(
    installation,
    document('up', [shell('a', { writes: ['x'] }), shell('b', { needs: ['a'] })]),
  )
  const wait = { workflow: 'up', cycle: 'day', date: 'today', wait_for: { task: 'b' } }
  await addVersion(
    installation,
    document('down', [
      { key: 'wait', type: 'dependent', groups: [{ items: [wait] }] },
      shell('c', { reads: ['X'] }),
    ]),
  )
  const view = async () => {
    const { rows } = await sql<Record<string, unknown>>`
      SELECT from_workflow_id, from_task_key, to_workflow_id, to_task_key, origin, dataset
      FROM task_dependency_view WHERE org_id = ${at.orgId} ORDER BY origin
    `.execute(db)
    return rows.map((row) => Object.values(row).join(' '))
  }

  expect(await view()).toEqual([
    'up a up b declared ',
    'up b down wait dependent ',
    'up a down c inferred x',
  ])

  await at.q
    .updateTable('data_workflow')
    .set({ deleted_at: new Date() })
    .where('org_id', '=', at.orgId)
    .where('workflow_id', '=', 'up')
    .execute()

  expect(await view()).toEqual([])
})

test('attributes keep what is searched for, and long texts are cut', async () => {
  const installation = await createInstallation(db)
  await addVersion(installation, document('long', [shell('a', { script: 'x'.repeat(5000) })]))

  const { node_attrs: text } = await db
    .selectFrom('data_task')
    .select('node_attrs')
    .where('org_id', '=', installation.at.orgId)
    .executeTakeFirstOrThrow()

  expect(text.length).toBeLessThan(3000)
  expect(JSON.parse(text)).toMatchObject({
    key: 'a',
    type: 'shell',
    script: `${'x'.repeat(2000)}…`,
  })
})
