import { describe, expect, test } from 'vitest'
import type { WorkflowDocumentInput } from '#src/definition/document.ts'
import { ENGINE_FAMILIES } from '#src/engine/catalog.ts'
import { DEPLOY } from '#test/support/app-publishing.ts'
import { createTestApp } from '#test/support/app.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { addVersion, createInstallation, ordersDocument } from '#test/support/installation.ts'
import { engineOf } from '#test/support/engine.ts'
import { makeDefinitions } from '#test/support/make-definitions.ts'

const { db } = await useTestDatabase()

type TaskInput = WorkflowDocumentInput['tasks'][number]
type There = { readonly projectCode: string; readonly code: string; readonly taskCode: string }
type ForeignCodes = Record<'project_code' | 'definition_code' | 'task_code', string>

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
})

test('functions of Hive are said, for nothing here knows what they are elsewhere', async () => {
  const { body } = await planOf([
    {
      key: 'load',
      type: 'sql',
      datasource: 'warehouse',
      sql: 'select mask(name) from users',
      engine_params: { udfs: '3,14' },
    },
  ])

  expect(body.issues).toEqual([])
  expect(body.warnings).toEqual([
    'task "load" names udf function 3, which is not looked up, not by a name',
    'task "load" names udf function 14, which is not looked up, not by a name',
  ])
})

test('a name costs no list of all that there is', async () => {
  const named: TaskInput = { key: 'load', type: 'sql', datasource: 'warehouse', sql: 'select 1' }
  const shell: TaskInput = { key: 'load', type: 'shell', script: 'x' }

  const { body, calls } = await planOf([named])

  expect(body.warnings).toEqual([])
  expect(calls - (await planOf([shell])).calls).toBe(1)
})

describe.each(ENGINE_FAMILIES)('what a task of %s waits for in a project of others', (family) => {
  async function planWaiting(item: (there: There) => ForeignCodes, hides = false) {
    const installation = await createInstallation(db, { family, approvals: 0 })
    const app = await createTestApp(installation)
    const engine = engineOf(installation)
    const options = { signal: AbortSignal.timeout(10_000) }
    const { code: projectCode } = await engine.createProject(
      { name: 'others', description: '' },
      options,
    )
    const [code = ''] = await makeDefinitions({ ...installation, projectCode }, ['Theirs'])
    const live = await engine.findDefinition({ projectCode, code }, options)
    if (hides) {
      const { control } = installation.simulator
      const clusters = await app.call('erin', 'GET', '/clusters')
      await app.call('erin', 'PATCH', `/clusters/${clusters.body.items[0].cluster_id}`, {
        body: { token: control.addUser('svc') },
      })
      control.grantProject('svc', installation.projectCode)
    }
    const there = { projectCode, code, taskCode: live?.definition.tasks[0]?.code ?? '' }
    const wait: TaskInput = {
      key: 'wait',
      type: 'dependent',
      groups: [{ items: [{ engine: item(there), cycle: 'day', date: 'today' }] }],
    }
    await addVersion(installation, ordersDocument({ tasks: [wait] }))
    const { body } = await app.call('alice', 'POST', '/workflows/daily_orders/publications:plan', {
      body: DEPLOY,
    })
    return { body, there }
  }

  const at = ({ projectCode, code, taskCode }: There): ForeignCodes => ({
    project_code: projectCode,
    definition_code: code,
    task_code: taskCode,
  })

  test('is looked for, and said by its name', async () => {
    const task = await planWaiting(at)
    const whole = await planWaiting((there) => ({ ...at(there), task_code: '0' }))

    for (const { body, there } of [task, whole])
      expect(body).toMatchObject({
        issues: [],
        warnings: expect.arrayContaining([
          `task "wait" waits for workflow ${there.code} of project ${there.projectCode}, "Theirs", by its code`,
        ]),
      })
  })

  test.each([
    ['workflow', { definition_code: '4711' }, /^the engine has no workflow 4711 of project \d+$/],
    ['task', { task_code: '4711' }, /^workflow \d+ of project \d+, "Theirs", has no task 4711$/],
    ['project', { project_code: '4711' }, /^the engine has no workflow \d+ of project 4711$/],
  ])('is an issue where the engine has no such %s', async (_what, change, message) => {
    const { body } = await planWaiting((there) => ({ ...at(there), ...change }))

    expect(body.issues).toEqual([
      {
        pointer: '/tasks/0/groups/0/items/0/engine',
        code: 'plan.unknown_name',
        message: expect.stringMatching(message),
      },
    ])
  })

  test('is said where the token may not see it', async () => {
    const { body, there } = await planWaiting(at, true)

    expect(body).toMatchObject({
      issues: [],
      warnings: expect.arrayContaining([
        `task "wait" waits for workflow ${there.code} of project ${there.projectCode}, which the token's user may not see`,
      ]),
    })
  })
})
