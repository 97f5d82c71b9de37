import { expect, test } from 'vitest'
import type { EngineParam } from '#src/engine/definition.ts'
import { runImport } from '#src/imports/run-import.ts'
import { createTestApp } from '#test/support/app.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { applyAll, IMPORTS, previewImport, settleImport } from '#test/support/imports.ts'
import { createInstallation } from '#test/support/installation.ts'
import { makeDefinitions } from '#test/support/make-definitions.ts'
import { withEngine } from '#test/support/runs.ts'

const { db } = await useTestDatabase()

/** As only the engine's own API can make one. */
const NO_PARAM: EngineParam = JSON.parse('{"direction":"in","type":"VARCHAR","value":"x"}')

async function setup() {
  const installation = await createInstallation(db, { approvals: 0 })
  return { installation, app: await createTestApp(installation) }
}

test('an item is shown with the document that it would become', async () => {
  const { app, installation } = await setup()
  await makeDefinitions(installation, ['One', 'Odd'], (definition) => ({
    ...definition,
    tasks: definition.tasks.map((task) =>
      definition.name === 'Odd' ? { ...task, taskGroupId: 77 } : task,
    ),
  }))
  const { id, items } = await previewImport(app)
  const show = (itemNo: string) => app.call('dave', 'GET', `/imports/${id}/items/${itemNo}`)

  const ready = await show('1')
  const blocked = await show('2')

  expect(ready).toMatchObject({
    status: 200,
    body: {
      ...items[0],
      document: { kind: 'Workflow', id: 'One', tasks: [{ key: 'extract' }, { key: 'load' }] },
    },
  })
  expect(blocked).toMatchObject({ status: 200, body: { ...items[1], document: null } })
  expect(await show('3')).toMatchObject({ status: 404, body: { code: 'import.not_found' } })
  expect(await show('x')).toMatchObject({
    status: 422,
    body: { issues: [{ pointer: '/param/item_no' }] },
  })
  await applyAll(app, id)
  await settleImport(app, id)
  const { definition } = (await app.call('dave', 'GET', '/workflows/One/versions/1')).body
  expect((await show('1')).body).toMatchObject({ state: 'adopted', document: definition })
})

test('one that cannot be read is blocked, and the others go on', async () => {
  const { app, installation } = await setup()
  await makeDefinitions(installation, ['One', 'Odd', 'Two'], (definition) =>
    definition.name === 'Odd' ? { ...definition, params: [NO_PARAM] } : definition,
  )

  const { id, items } = await previewImport(app)
  await applyAll(app, id)
  await settleImport(app, id)

  expect(items).toMatchObject([
    { name: 'One', state: 'ready' },
    {
      name: 'Odd',
      state: 'blocked',
      notes: [{ kind: 'fault', pointer: '', message: expect.stringContaining('cannot be read') }],
    },
    { name: 'Two', state: 'ready' },
  ])
  expect((await app.call('dave', 'GET', `/imports/${id}`)).body).toMatchObject({
    state: 'done',
    items: { adopted: 2, blocked: 1 },
    last_error: null,
  })
})

test('an error that nobody foresaw is told without its words', async () => {
  const { app, installation } = await setup()
  const { body } = await app.call('alice', 'POST', IMPORTS)
  const factory = withEngine(installation, () => ({
    listDefinitions: () => Promise.reject(new Error("Duplicate entry 'secret' for key 'x'")),
  }))

  await runImport(
    { ...installation.deps, factory, owner: 'one', callDeadlineMs: 5_000 },
    installation.as('job'),
    body.import_id,
  )

  expect((await app.call('dave', 'GET', `/imports/${body.import_id}`)).body).toMatchObject({
    state: 'listing',
    last_error: { message: 'internal error; the log has it' },
  })
})

test('copies, which carry the marker of what they were made of, have ids of their own', async () => {
  const { app, installation } = await setup()
  const names = Array.from({ length: 22 }, (_, n) => `Flow ${n}`)
  await makeDefinitions(installation, names, (definition) =>
    definition.name === 'Flow 0' || definition.name === 'Flow 21'
      ? { ...definition, description: 'x\n"y" slipway:flow_main' }
      : definition,
  )
  await makeDefinitions(installation, ['Flow_main'], (definition) => ({
    ...definition,
    description: 'slipway:Flow_3',
    tasks: definition.tasks.map((task) => ({ ...task, code: `${task.code}9` })),
    edges: definition.edges.map((edge) => ({
      from: edge.from === null ? null : `${edge.from}9`,
      to: `${edge.to}9`,
    })),
  }))

  const { id, items } = await previewImport(app)
  const applied = await applyAll(app, id)
  await settleImport(app, id)

  const ids = items.map((item: { readonly workflow_id: string }) => item.workflow_id)
  expect(ids[0]).toBe('Flow_0')
  expect(ids[21]).toBe('Flow_21')
  expect(ids[22]).toBe('Flow_3')
  expect(new Set(ids).size).toBe(23)
  expect(applied.status).toBe(202)
  expect((await app.call('dave', 'GET', `/imports/${id}`)).body.items).toEqual({ adopted: 23 })
})
