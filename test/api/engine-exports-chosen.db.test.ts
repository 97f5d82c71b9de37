import { describe, expect, test } from 'vitest'
import type { Issue } from '#src/lib/errors.ts'
import { createTestApp } from '#test/support/app.ts'
import { useTestDatabase } from '#test/support/database.ts'
import {
  applyExport as apply,
  exportedItems,
  exportOf,
  type AnsweredItem,
  previewExport as preview,
  withValue,
  workflowIds,
} from '#test/support/engine-exports.ts'
import { takeId } from '#test/support/imports.ts'
import { createInstallation } from '#test/support/installation.ts'

const { db } = await useTestDatabase()

async function setup() {
  const installation = await createInstallation(db)
  return { installation, app: await createTestApp(installation) }
}

const idOf = (item: AnsweredItem) => item.workflow_id
const stateOf = (item: AnsweredItem) => item.state
const notesOf = (item: AnsweredItem) => item.notes

describe('what is chosen', () => {
  test('is made, under the chosen id, and referred to by it', async () => {
    const { app } = await setup()
    const body = { file: exportOf('3.2'), accepts_unnamed: true }

    const one = await apply(app, { ...body, items: [{ item_no: 1, workflow_id: 'orders' }] })
    const alone = await workflowIds(app)
    const both = await preview(app, {
      ...body,
      items: [{ item_no: 1, workflow_id: 'o2' }, { item_no: 2 }],
    })

    expect(one.body.items).toMatchObject([{ workflow_id: 'orders', state: 'imported' }])
    expect(alone).toEqual(['orders'])
    expect(both.body.items[1].document.tasks[1]).toMatchObject({ workflow: 'o2' })
  })

  test('needs what it waits for', async () => {
    const { app } = await setup()

    const reply = await apply(app, {
      file: exportOf('3.2'),
      accepts_unnamed: true,
      items: [{ item_no: 2 }],
    })

    expect(reply).toMatchObject({ status: 422 })
    expect(new Set(reply.body.issues.map(({ code }: Issue) => code))).toEqual(
      new Set(['import.needs']),
    )
  })

  test.each([
    [[{ item_no: 3 }], '/items/0/item_no'],
    [[{ item_no: 1 }, { item_no: 1 }], '/items/1/item_no'],
    [
      [
        { item_no: 1, workflow_id: 'x' },
        { item_no: 2, workflow_id: 'x' },
      ],
      '/items/1/workflow_id',
    ],
    [[{ item_no: 1, workflow_id: '__proto__' }], '/items/0/workflow_id'],
    [[], '/items'],
  ])('has to be there once: %j', async (items, pointer) => {
    const { app } = await setup()

    const reply = await preview(app, { file: exportOf('3.2'), items })

    expect(reply).toMatchObject({ status: 422, body: { issues: [{ pointer }] } })
  })

  test('gets no id twice where names are alike, or cannot be ids', async () => {
    const { app } = await setup()
    const [first, second] = exportedItems()
    const same = withValue(second, ['processDefinition', 'name'], 'Daily orders')
    const odd = withValue(
      withValue(first, ['processDefinition', 'code'], 42),
      ['processDefinition', 'name'],
      '每日',
    )

    const { body } = await preview(app, { file: [first, same, odd] })

    expect(body.items.map(idOf)).toEqual([
      'Daily_orders',
      `wf_${second.processDefinition.code}`,
      'wf_42',
    ])
  })

  test('is the one that a marker names, unless copies name it as well', async () => {
    const { app } = await setup()
    const [first, second] = exportedItems()
    const marked = (item: unknown) =>
      withValue(item, ['processDefinition', 'description'], 'text slipway:mine')
    const ids = async (file: unknown[]) => (await preview(app, { file })).body.items.map(idOf)

    expect(await ids([marked(first), second])).toEqual(['mine', 'Weekly_report'])
    expect(await ids([marked(first), marked(second)])).toEqual(['Daily_orders', 'Weekly_report'])
  })
})

describe('the same import again', () => {
  const body = { file: exportOf('3.2'), accepts_unnamed: true }

  test('with its Idempotency-Key answers the same and makes nothing', async () => {
    const { app } = await setup()
    const first = await apply(app, body, 'k')

    const again = await apply(app, body, 'k')
    const other = await apply(app, { ...body, note: 'x' }, 'k')

    expect(again).toMatchObject({ status: 200, body: first.body })
    expect(other).toMatchObject({ status: 409, body: { code: 'idempotency.key_reused' } })
    const versions = await app.call('dave', 'GET', '/workflows/Daily_orders/versions')
    expect(versions.body.items).toHaveLength(1)
  })

  test('without one is refused, and the preview says why', async () => {
    const { app } = await setup()
    await apply(app, body)

    const again = await apply(app, body)
    const seen = await preview(app, body)

    expect(again).toMatchObject({
      status: 409,
      body: {
        code: 'workflow.exists',
        issues: [
          { pointer: '/file/0', message: expect.stringContaining('Daily_orders') },
          { pointer: '/file/1', message: expect.stringContaining('Weekly_report') },
        ],
      },
    })
    expect(seen.body.items.map(stateOf)).toEqual(['blocked', 'blocked'])
    expect(await workflowIds(app)).toEqual(['Daily_orders', 'Weekly_report'])
  })

  test('where one id is taken makes none of them', async () => {
    const { app } = await setup()
    await takeId(app, 'Weekly_report')

    const reply = await apply(app, body)

    expect(reply).toMatchObject({ status: 409, body: { issues: [{ pointer: '/file/1' }] } })
    expect(await workflowIds(app)).toEqual(['Weekly_report'])
  })
})

describe('a file that is odd', () => {
  test.each([
    ['no JSON', '{', '/file'],
    ['a key that stands twice', '[{"a":1,"a":2}]', '/file/0/a'],
    ['a prototype key', '[{"__proto__":{}}]', '/file/0/__proto__'],
    ['too deep', `${'['.repeat(70)}${']'.repeat(70)}`, `/file${'/0'.repeat(65)}`],
    ['no export', '[{"a":1}]', '/file/0/workflowDefinition'],
    ['an answer of the detail', '{"code":0,"data":{}}', '/file'],
  ])('as text is refused at its place: %s', async (_name, file, pointer) => {
    const { app } = await setup()

    expect(await apply(app, { file })).toMatchObject({
      status: 422,
      body: { issues: [{ pointer }] },
    })
  })

  test('as text is the same as its JSON', async () => {
    const { app } = await setup()
    const file = exportOf('3.1')

    const [plain, text] = [
      await preview(app, { file }),
      await preview(app, { file: JSON.stringify(file) }),
    ]

    expect(text).toMatchObject({ status: 200, body: plain.body })
  })

  test('with a cycle, or what a document cannot say, blocks that item and says why', async () => {
    const { app } = await setup()
    const [first, second] = exportedItems()
    const codes = second.taskDefinitionList.map(({ code }) => code)
    const cycle = withValue(second, ['processTaskRelationList', 0, 'preTaskCode'], codes[2])
    const named = withValue(
      first,
      ['processDefinition', 'globalParams'],
      JSON.stringify([{ prop: 'x'.repeat(256), direct: 'IN', type: 'VARCHAR', value: '' }]),
    )

    const { body } = await preview(app, { file: [named, cycle], accepts_unnamed: true })
    const refused = await apply(app, { file: [named, cycle], accepts_unnamed: true })

    expect(body.items).toMatchObject([{ state: 'blocked', document: null }, { state: 'blocked' }])
    expect(body.items.flatMap(notesOf)).toEqual(
      expect.arrayContaining([
        {
          kind: 'fault',
          pointer: `/start/params/properties/${'x'.repeat(256)}`,
          message: expect.any(String),
        },
        {
          kind: 'fault',
          pointer: '/tasks/0/needs',
          message: 'tasks wait for each other in a circle: mail → wait → orders → mail',
        },
      ]),
    )
    expect(refused.status).toBe(422)
    expect(await workflowIds(app)).toEqual([])
  })

  test('with a task type that nobody knows keeps it in the words of the engine', async () => {
    const { app } = await setup()
    const [first] = exportOf('3.2')
    const own = { type: 'OUR_PLUGIN', params: { mode: 'x', list: [1, 2] } }
    const file = withValue(first, ['taskDefinitionList', 0, 'taskType'], own.type)
    const whole = withValue(file, ['taskDefinitionList', 0, 'taskParams'], own.params)

    const { body } = await preview(app, { file: [whole] })

    expect(body.items[0].document.tasks[1]).toMatchObject({
      type: 'engine',
      engine_type: 'OUR_PLUGIN',
      engine_params: own.params,
    })
    expect(body.items[0].notes).toContainEqual({
      kind: 'unnamed',
      pointer: '/tasks/1',
      message: expect.any(String),
    })
  })

  test('that is too much for one request is refused', async () => {
    const { app } = await setup()
    const [first] = exportedItems()
    const file = Array.from({ length: 501 }, (_, n) => ({
      ...first,
      processDefinition: { ...first.processDefinition, code: n + 1 },
    }))

    const reply = await preview(app, { file })

    expect(reply).toMatchObject({
      status: 422,
      body: { issues: [{ pointer: '/file', code: 'request.too_big' }] },
    })
  })

  test('with a thousand tasks is read', async () => {
    const { app } = await setup()
    const [first] = exportedItems()
    const [task] = first.taskDefinitionList
    const [relation] = first.processTaskRelationList
    const file = {
      ...first,
      schedule: null,
      taskDefinitionList: Array.from({ length: 1000 }, (_, n) => ({
        ...task,
        code: 1000 + n,
        name: `t${n}`,
      })),
      processTaskRelationList: Array.from({ length: 1000 }, (_, n) => ({
        ...relation,
        preTaskCode: n === 0 ? 0 : 999 + n,
        postTaskCode: 1000 + n,
      })),
    }

    const { body } = await apply(app, { file: [file] })

    expect(body.items).toMatchObject([{ state: 'imported' }])
    const graph = await app.call('dave', 'GET', '/workflows/Daily_orders/graph')
    expect(graph.body.nodes.length).toBeGreaterThanOrEqual(1000)
  })
})

test('each workflow that is made is on the audit', async () => {
  const { app, installation } = await setup()
  await apply(app, { file: exportOf('3.2'), accepts_unnamed: true })

  const rows = await db
    .selectFrom('audit_event')
    .select(['action', 'subject_id', 'actor_name'])
    .where('org_id', '=', installation.at.orgId)
    .where('action', '=', 'workflow.adopt')
    .orderBy('subject_id')
    .execute()

  expect(rows).toEqual([
    { action: 'workflow.adopt', subject_id: 'Daily_orders', actor_name: 'alice' },
    { action: 'workflow.adopt', subject_id: 'Weekly_report', actor_name: 'alice' },
  ])
})
