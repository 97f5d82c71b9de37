import { describe, expect, test } from 'vitest'
import type { WorkflowDocumentInput } from '#src/definition/document.ts'
import { DEPLOY } from '#test/support/app-publishing.ts'
import { createTestApp } from '#test/support/app.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { addVersion, createInstallation, ordersDocument } from '#test/support/installation.ts'
import { engineOf } from '#test/support/engine.ts'

const { db } = await useTestDatabase()

type TaskInput = WorkflowDocumentInput['tasks'][number]

async function planOf(tasks: readonly TaskInput[]) {
  const installation = await createInstallation(db, { approvals: 0 })
  const app = await createTestApp(installation)
  installation.simulator.control.addDataSource('warehouse', 'MYSQL')
  const [source] = await engineOf(installation).listDataSources({
    signal: AbortSignal.timeout(5_000),
  })
  const id = source?.id ?? 0
  await addVersion(installation, ordersDocument({ tasks: tasks.map((task) => withId(task, id)) }))
  const calls = installation.simulator.calls
  calls.reset()
  const { body } = await app.call('alice', 'POST', '/workflows/daily_orders/publications:plan', {
    body: DEPLOY,
  })
  return { id, body, calls: calls.total }
}

/** `datasource: -1` stands for the id that the engine really has. */
function withId(task: TaskInput, id: number): TaskInput {
  return JSON.parse(JSON.stringify(task).replaceAll('"datasource":-1', `"datasource":${id}`))
}

const raw = (datasource: number): TaskInput => ({
  key: 'load',
  type: 'engine',
  engine_type: 'SQL',
  engine_params: { type: 'MYSQL', datasource, sql: 'select 1', sqlType: '0' },
})

describe('an id that stands in a document without a name', () => {
  test('is an issue where the engine does not have it', async () => {
    const { body } = await planOf([{ key: 'first', type: 'shell', script: 'x' }, raw(4711)])

    expect(body.issues).toEqual([
      {
        pointer: '/tasks/1',
        code: 'plan.unknown_name',
        message: 'the engine has no data source 4711',
      },
    ])
  })

  test('is said where the engine has it', async () => {
    const { body, id } = await planOf([raw(-1)])

    expect(body.issues).toEqual([])
    expect(body.warnings).toContain(
      `task "load" names data source ${id} as the engine does, not by a name`,
    )
  })

  test('of a workflow is said: it may be in a project of others', async () => {
    const { body } = await planOf([
      {
        key: 'call',
        type: 'engine',
        engine_type: 'SUB_PROCESS',
        engine_params: { processDefinitionCode: 777 },
      },
    ])

    expect(body.warnings).toContain(
      'task "call" names workflow 777 as the engine does, not by a name',
    )
  })
})

test('a name costs no list of all that there is', async () => {
  const named: TaskInput = { key: 'load', type: 'sql', datasource: 'warehouse', sql: 'select 1' }
  const shell: TaskInput = { key: 'load', type: 'shell', script: 'x' }

  const { body, calls } = await planOf([named])

  expect(body.warnings).toEqual([])
  expect(calls - (await planOf([shell])).calls).toBe(1)
})
