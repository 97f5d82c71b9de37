import { describe, expect, test } from 'vitest'
import { createTestApp, type TestApp } from '#test/support/app.ts'
import { useTestDatabase } from '#test/support/database.ts'
import {
  applyExport as apply,
  environmentIn,
  exportedItems,
  type AnsweredItem,
  exportFrom,
  exportOf,
  previewExport as preview,
  withValue,
  workflowIds,
} from '#test/support/engine-exports.ts'
import { takeId } from '#test/support/imports.ts'
import { createInstallation, type Installation } from '#test/support/installation.ts'
import { makeDefinitions } from '#test/support/make-definitions.ts'

const { db } = await useTestDatabase()

async function setup(family: '3.1' | '3.2' | '3.3' | '3.4' = '3.1') {
  const installation = await createInstallation(db, { approvals: 0, family })
  return { installation, app: await createTestApp(installation) }
}

/** Of the recorded files: every id that they carry. */
function namesFor(file: readonly unknown[]) {
  return {
    data_sources: { '1': 'warehouse' },
    environments: { [environmentIn(file)]: 'spark3' },
    alert_groups: { '1': 'ops' },
    workflows: { '777': 'stock' },
  }
}

describe.each(['3.1', '3.2', '3.3', '3.4'] as const)('an export of %s', (family) => {
  test('says of each workflow what it could not carry over, and writes nothing', async () => {
    const { app } = await setup()

    const { status, body } = await preview(app, { file: exportOf(family) })

    expect(status).toBe(200)
    expect(body.family).toBe(family === '3.3' ? '3.4' : family)
    expect(body.items).toMatchObject([
      { item_no: 1, name: 'Daily orders', workflow_id: 'Daily_orders', state: 'unnamed' },
      { item_no: 2, name: 'Weekly report', workflow_id: 'Weekly_report', state: 'unnamed' },
    ])
    const notes = body.items.map((item: AnsweredItem) =>
      item.notes
        .filter(({ kind }) => kind === 'unnamed')
        .map(({ pointer, message }) => [pointer, message.split(' has no name')[0]]),
    )
    expect(notes).toEqual([
      [
        ['/settings/warning/alert_group', 'alert group 1'],
        ['/tasks/2/environment', `environment ${environmentIn(exportOf(family))}`],
        ['/tasks/2/datasource', 'data source 1'],
      ],
      [
        ['/tasks/0/datasource', 'data source 1'],
        ['/tasks/0/engine_params/groupId', 'alert group 1'],
        ['/tasks/2/groups/0/items/2/workflow', 'workflow 777'],
      ],
    ])
    expect(body.items[0].notes).toEqual(
      expect.arrayContaining([
        {
          kind: 'schedule',
          pointer: '/schedule',
          message: `its environment_code "${environmentIn(exportOf(family))}" is not carried over`,
        },
        {
          kind: 'left_out',
          pointer: '',
          message: 'it is online there; here nothing is published by an import',
        },
      ]),
    )
    expect(await workflowIds(app)).toEqual([])
  })

  test('becomes workflows that speak in names, and wait for each other', async () => {
    const { app } = await setup()
    await takeId(app, 'stock')
    const file = exportOf(family)

    const { status, body } = await apply(app, { file, names: namesFor(file) })

    expect({ status, body }).toMatchObject({
      status: 200,
      body: { items: [{ state: 'imported' }, { state: 'imported' }] },
    })
    const orders = (await app.call('dave', 'GET', '/workflows/Daily_orders/versions/1')).body
    expect(orders).toMatchObject({
      author: 'alice',
      definition: {
        description: 'sales "of" the day\nline two',
        settings: {
          concurrency: 'serial_wait',
          on_failure: 'end',
          priority: 'high',
          warning: { type: 'failure', alert_group: 'ops' },
        },
        start: { params: { properties: { biz_date: { default: '$[yyyy-MM-dd-1]' } } } },
        tasks: [
          { key: 'decide', type: 'conditions' },
          { key: 'extract', type: 'shell', retry: { times: 2 } },
          {
            key: 'load',
            type: 'sql',
            needs: ['extract'],
            datasource: 'warehouse',
            environment: 'spark3',
            timeout: { min: 30, action: 'fail' },
          },
          { name: '每日 清理', disabled: true, needs: ['decide'] },
        ],
        schedule: { cron: '0 0 3 * * ?', timezone: 'Asia/Shanghai' },
      },
    })
    const report = (await app.call('dave', 'GET', '/workflows/Weekly_report/versions/1')).body
    expect(report.definition.tasks).toMatchObject([
      { type: 'sql', engine_params: { groupId: { $alert_group: 'ops' } } },
      { type: 'sub_workflow', workflow: 'Daily_orders' },
      {
        groups: [
          {
            items: [
              { workflow: 'Daily_orders', wait_for: { task: 'load' } },
              { workflow: 'Daily_orders', wait_for: 'all_tasks' },
              { workflow: 'stock', wait_for: family === '3.1' ? 'all_tasks' : 'workflow' },
            ],
          },
        ],
      },
    ])
  })

  test('of what we deployed comes back as the same version', async () => {
    const [here, there] = [await setup(family), await setup(family)]
    const { simulator } = here.installation
    const id = simulator.control.addDataSource('warehouse', 'MYSQL')
    const document = {
      apiVersion: 'slipway/v1',
      kind: 'Workflow',
      id: 'orders',
      name: 'Orders of the day',
      description: 'how it goes',
      tasks: [
        { key: 'a', type: 'shell', script: 'echo ${day}', outputs: [{ name: 'rows' }] },
        { key: 'b', type: 'sql', needs: ['a'], datasource: 'warehouse', sql: 'select 1' },
      ],
      start: { params: { properties: { day: { type: 'string', default: 'today' } } } },
      settings: { on_failure: 'end', timeout_min: 5 },
      schedule: { cron: '0 3 * * *', timezone: 'Asia/Shanghai', end: '2030-01-01T00:00:00' },
    }
    await deploy(here, document)
    const { body } = await here.app.call('dave', 'GET', '/workflows/orders')
    const file = exportFrom(here.installation, [body.deployments[0].engine_code])

    const imported = await apply(there.app, {
      file,
      names: { data_sources: { [id]: 'warehouse' } },
    })

    expect(imported.body.items).toMatchObject([{ workflow_id: 'orders', state: 'imported' }])
    const digest = async ({ app }: typeof here) =>
      (await app.call('dave', 'GET', '/workflows/orders/versions/1')).body.digest
    expect(await digest(there)).toBe(await digest(here))
  })
})

async function deploy(
  { app }: { readonly app: TestApp },
  document: { readonly id: string },
): Promise<void> {
  await app.call('alice', 'POST', '/workflows', { body: document })
  await app.call('alice', 'POST', `/workflows/${document.id}/versions`, { body: { note: '' } })
  const path = `/workflows/${document.id}/publications`
  const body = { environment: 'prod', operation: 'deploy', online: true }
  const plan = await app.call('alice', 'POST', `${path}:plan`, { body })
  await app.call('alice', 'POST', path, { body: { ...body, plan_digest: plan.body.plan_digest } })
  await app.runJobs(4)
}

describe('ids without a name', () => {
  test('keep all of it out until they are named or accepted', async () => {
    const { app } = await setup()
    const file = exportOf('3.2')

    const refused = await apply(app, { file })
    const before = await workflowIds(app)
    const accepted = await apply(app, { file, accepts_unnamed: true })

    expect(refused).toMatchObject({
      status: 422,
      body: {
        code: 'workflow.invalid',
        issues: expect.arrayContaining([
          {
            pointer: '/file/0',
            code: 'import.unnamed',
            message: expect.stringContaining('Daily orders: data source 1'),
          },
        ]),
      },
    })
    expect(before).toEqual([])
    expect(accepted.status).toBe(200)
    expect(await workflowIds(app)).toEqual(['Daily_orders', 'Weekly_report'])
  })

  test('are never taken for those of an environment: a publish asks for the name', async () => {
    const { app, installation } = await setup('3.2')
    installation.simulator.control.addDataSource('another with id 1', 'MYSQL')
    await apply(app, { file: exportOf('3.2'), accepts_unnamed: true })

    const plan = await app.call('alice', 'POST', '/workflows/Daily_orders/publications:plan', {
      body: { environment: 'prod', operation: 'deploy' },
    })

    expect(plan.body.issues).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ pointer: '/tasks/2/datasource', code: 'plan.unknown_name' }),
      ]),
    )
  })

  test('of files and task groups are named as well', async () => {
    const { app } = await setup()
    const [file] = exportOf('3.1')
    const grouped = withValue(file, ['taskDefinitionList', 0, 'taskGroupId'], 4)
    const both = withValue(
      grouped,
      ['taskDefinitionList', 0, 'taskParams', 'resourceList'],
      [{ id: 9 }],
    )
    const first = async (names: object) =>
      (await preview(app, { file: [both], names })).body.items[0]

    const bare = await first({})
    const named = await first({ resources: { '9': 'etl/run.sh' }, task_groups: { '4': 'nightly' } })

    expect(bare.document.tasks[1]).toMatchObject({
      resources: ['resource_9'],
      task_group: { name: 'task_group_4' },
    })
    expect(bare.notes).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: 'unnamed', pointer: '/tasks/1/resources/0' }),
        expect.objectContaining({ kind: 'unnamed', pointer: '/tasks/1/task_group/name' }),
      ]),
    )
    expect(named.document.tasks[1]).toMatchObject({
      resources: ['etl/run.sh'],
      task_group: { name: 'nightly' },
    })
  })

  test('of a task in a workflow that is not in the file stay told, whatever it is called', async () => {
    const { app } = await setup()
    await takeId(app, 'orders')
    const [orders, report] = exportedItems()
    const names = { workflows: { [orders.processDefinition.code]: 'orders' } }

    const { body } = await preview(app, { file: [report], names })

    const task = orders.taskDefinitionList[1]?.code
    expect(body.items[0].notes).toContainEqual({
      kind: 'unnamed',
      pointer: '/tasks/2/groups/0/items/0/wait_for/task',
      message: expect.stringContaining(`task ${task} of workflow ${orders.processDefinition.code}`),
    })
  })

  test.each([
    [{ data_sources: { '2': 'x' } }, '/names/data_sources/2'],
    [{ workflows: { '777': 'Daily_orders' } }, '/names/workflows/777'],
    [{ alert_groups: { a: '' } }, '/names/alert_groups/a'],
    [{ workflows: { '777': 'no id' } }, '/names/workflows/777'],
    [{ tenants: {} }, '/names/tenants'],
  ])('that are named wrong are told: %j', async (names, pointer) => {
    const { app } = await setup()

    const reply = await preview(app, { file: exportOf('3.2'), names })

    expect(reply).toMatchObject({ status: 422, body: { issues: [{ pointer }] } })
  })

  test('two of them cannot have one name', async () => {
    const { app } = await setup()
    const file = withValue(
      exportOf('3.2'),
      [1, 'taskDefinitionList', 2, 'taskParams', 'datasource'],
      2,
    )

    const reply = await preview(app, { file, names: { data_sources: { '1': 'x', '2': 'x' } } })

    expect(reply).toMatchObject({
      status: 422,
      body: { issues: [{ pointer: '/names/data_sources/2', code: 'import.name' }] },
    })
  })

  test('that name a workflow which is nowhere need it first', async () => {
    const { app } = await setup()
    const file = exportOf('3.2')

    const { body } = await preview(app, { file, names: namesFor(file) })
    const refused = await apply(app, { file, names: namesFor(file) })

    expect(body.items.map(({ state }: AnsweredItem) => state)).toEqual(['ready', 'blocked'])
    expect(refused).toMatchObject({
      status: 422,
      body: { issues: [{ pointer: '/file/1', code: 'import.needs' }] },
    })
    expect(await workflowIds(app)).toEqual([])
  })
})

describe('the environment that wrote the file', () => {
  async function madeThere(installation: Installation) {
    const id = installation.simulator.control.addDataSource('warehouse', 'MYSQL')
    const codes = await makeDefinitions(installation, ['Made by hand'], (definition) => ({
      ...definition,
      tasks: definition.tasks.map((task, index) =>
        index === 0
          ? { ...task, type: 'SQL', params: { type: 'MYSQL', datasource: id, sql: 'select 1' } }
          : task,
      ),
    }))
    return exportFrom(installation, codes)
  }

  test('names its ids by its catalog', async () => {
    const { app, installation } = await setup('3.2')
    const file = await madeThere(installation)

    const { body } = await preview(app, { file, environment: 'prod' })

    expect(body.items).toMatchObject([
      { state: 'ready', document: { tasks: [{ datasource: 'warehouse' }, { key: 'load' }] } },
    ])
  })

  test('may know less when the request is repeated: what was imported is answered', async () => {
    const { app, installation } = await setup('3.2')
    const { control } = installation.simulator
    const body = { file: await madeThere(installation), environment: 'prod' }
    const first = await apply(app, body, 'k')
    const token = control.addUser('blind')
    control.grantProject('blind', installation.projectCode, 'all')
    const { items } = (await app.call('erin', 'GET', '/clusters')).body
    await app.call('erin', 'PATCH', `/clusters/${items[0].cluster_id}`, { body: { token } })

    const again = await apply(app, body, 'k')
    const anew = await apply(app, body)

    expect(first.status).toBe(200)
    expect(again).toMatchObject({
      status: 200,
      body: { items: [{ workflow_id: first.body.items[0].workflow_id, state: 'imported' }] },
    })
    expect(anew).toMatchObject({ status: 422, body: { issues: [{ code: 'import.unnamed' }] } })
  })

  test('is not taken for another', async () => {
    const [here, there] = [await setup('3.2'), await setup('3.2')]
    const file = await madeThere(here.installation)
    const moved = withValue(file, [0, 'processDefinition', 'projectCode'], 12345)

    const reply = await preview(there.app, { file: moved, environment: 'prod' })
    const unknown = await preview(there.app, { file, environment: 'theirs' })

    expect(reply).toMatchObject({
      status: 422,
      body: { issues: [{ pointer: '/environment', code: 'import.other_project' }] },
    })
    expect(unknown.status).toBe(404)
  })

  test('that does not answer imports nothing', async () => {
    const { app, installation } = await setup('3.2')
    const file = await madeThere(installation)
    installation.simulator.control.setDown(true)

    const reply = await apply(app, { file, environment: 'prod' })

    expect(reply.status).toBe(503)
    expect(await workflowIds(app)).toEqual([])
  })
})
