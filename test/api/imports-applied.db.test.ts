import { expect, test } from 'vitest'
import { createTestApp, type TestApp } from '#test/support/app.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { editDefinition, engineOf } from '#test/support/engine.ts'
import {
  applyAll,
  importWhile,
  previewImport,
  settleImport,
  takeId,
} from '#test/support/imports.ts'
import { createInstallation, type Installation } from '#test/support/installation.ts'
import { makeDefinitions } from '#test/support/make-definitions.ts'
import { seedDeployment } from '#test/support/seed-deployment.ts'

const { db } = await useTestDatabase()

async function setup() {
  const installation = await createInstallation(db, { approvals: 0 })
  return { installation, app: await createTestApp(installation) }
}

/** `names`, and after them one whose task starts the first as a sub workflow. */
async function makeCaller(installation: Installation, names: readonly string[]) {
  const [called = ''] = await makeDefinitions(installation, names)
  await addCaller(installation, called)
}

async function addCaller(installation: Installation, called: string, taskName = 'extract') {
  await makeDefinitions(installation, ['Caller'], (definition) => ({
    ...definition,
    tasks: definition.tasks.map((task, n) => ({
      ...task,
      code: `${task.code}9`,
      ...(n === 0
        ? { name: taskName, type: 'SUB_PROCESS', params: { processDefinitionCode: Number(called) } }
        : {}),
    })),
    edges: definition.edges.map(({ from, to, ...edge }) => ({
      ...edge,
      from: from === null ? null : `${from}9`,
      to: `${to}9`,
    })),
  }))
}

const calledBy = async (app: TestApp) =>
  (await app.call('dave', 'GET', '/workflows/Caller/versions/1')).body.definition?.tasks[0].workflow

test('an id that is chosen instead is said by all that name the workflow', async () => {
  const { app, installation } = await setup()
  await makeCaller(installation, ['One', 'Two'])
  const { id } = await previewImport(app)

  await app.call('alice', 'POST', `/imports/${id}:apply`, {
    body: {
      items: [
        { item_no: 1, workflow_id: 'Two' },
        { item_no: 2, workflow_id: 'One' },
        { item_no: 3 },
      ],
    },
  })
  await settleImport(app, id)

  expect((await app.call('dave', 'GET', `/imports/${id}`)).body.items).toEqual({ adopted: 3 })
  expect(await calledBy(app)).toBe('Two')
  const plan = await app.call('alice', 'POST', '/workflows/Caller/publications:plan', {
    body: { environment: 'prod', operation: 'deploy' },
  })
  expect(plan.body).toMatchObject({ issues: [], changes_text: 'no changes\n' })
})

test('who gets the id of an item that is left out is not named in its stead', async () => {
  const { app, installation } = await setup()
  await makeCaller(installation, ['One', 'Two'])
  const { id } = await previewImport(app)

  await app.call('alice', 'POST', `/imports/${id}:apply`, {
    body: { items: [{ item_no: 2, workflow_id: 'One' }, { item_no: 3 }] },
  })
  await settleImport(app, id)

  const { items } = (await app.call('dave', 'GET', `/imports/${id}/items`)).body
  expect(items).toMatchObject([
    { name: 'One', state: 'ready' },
    { name: 'Two', workflow_id: 'One', state: 'adopted' },
    { name: 'Caller', state: 'failed', error: { code: 'import.needs' } },
  ])
  expect((await app.call('dave', 'GET', '/workflows/Caller')).status).toBe(404)
})

test('a choice that is refused keeps out nobody who names the workflow of that id', async () => {
  const { app, installation } = await setup()
  await makeDefinitions(installation, ['One', 'Two'])
  const first = await previewImport(app)
  await app.call('alice', 'POST', `/imports/${first.id}:apply`, {
    body: { items: [{ item_no: 1 }] },
  })
  await settleImport(app, first.id)
  await addCaller(installation, first.items[0].engine_code)
  const { id } = await previewImport(app)

  await app.call('alice', 'POST', `/imports/${id}:apply`, {
    body: { items: [{ item_no: 1, workflow_id: 'One' }, { item_no: 2 }] },
  })
  await settleImport(app, id)

  const { items } = (await app.call('dave', 'GET', `/imports/${id}/items`)).body
  expect(items).toMatchObject([
    { name: 'Two', state: 'failed', error: { code: 'workflow.exists' } },
    { name: 'Caller', state: 'adopted' },
  ])
})

test('a note points at the task where the document has it', async () => {
  const { app, installation } = await setup()
  const [called = ''] = await makeDefinitions(installation, ['One'])
  await addCaller(installation, called, 'zz_made_first')

  const { id, items } = await previewImport(app)
  await applyAll(app, id)
  await settleImport(app, id)

  const { definition } = (await app.call('dave', 'GET', '/workflows/Caller/versions/1')).body
  expect(definition.tasks[1]).toMatchObject({ key: 'zz_made_first', workflow: 'One' })
  expect(items[1].notes).toMatchObject([{ kind: 'needs', pointer: '/tasks/1/workflow' }])
})

test('two items of one id, and one item twice, are refused', async () => {
  const { app, installation } = await setup()
  await makeDefinitions(installation, ['One', 'Two'])
  const { id } = await previewImport(app)
  const apply = (items: readonly unknown[]) =>
    app.call('alice', 'POST', `/imports/${id}:apply`, { body: { items } })

  const same = await apply([{ item_no: 1 }, { item_no: 2, workflow_id: 'One' }])
  const twice = await apply([{ item_no: 1 }, { item_no: 1, workflow_id: 'other' }])

  expect(same).toMatchObject({
    status: 422,
    body: { issues: [{ pointer: '/items/1/workflow_id' }] },
  })
  expect(twice).toMatchObject({ status: 422, body: { issues: [{ pointer: '/items/1/item_no' }] } })
})

test('what needs one that cannot be adopted is not adopted half', async () => {
  const { app, installation } = await setup()
  await makeCaller(installation, ['One'])
  const { id } = await previewImport(app)
  await takeId(app, 'One')

  await applyAll(app, id)
  await settleImport(app, id)

  const { items } = (await app.call('dave', 'GET', `/imports/${id}/items`)).body
  expect(items).toMatchObject([
    { state: 'failed', error: { code: 'workflow.exists' } },
    { state: 'failed', error: { code: 'import.needs' } },
  ])
})

test('what needs one whose id is taken while it is applied is not adopted half', async () => {
  const { app, installation } = await setup()
  await makeCaller(installation, ['One'])
  const { id } = await previewImport(app)
  await applyAll(app, id)

  await importWhile(installation, id, () => takeId(app, 'One'))

  const { items } = (await app.call('dave', 'GET', `/imports/${id}/items`)).body
  expect(items).toMatchObject([
    { workflow_id: 'One', state: 'failed', error: { code: 'workflow.exists' } },
    { workflow_id: 'Caller', state: 'failed', error: { code: 'import.needs' } },
  ])
  expect((await app.call('dave', 'GET', '/workflows/Caller')).status).toBe(404)
})

test('what changed on the engine since the preview is not adopted as it was', async () => {
  const { app, installation } = await setup()
  await makeCaller(installation, ['Edited', 'Deleted', 'Started', 'Same'])
  const { id, items } = await previewImport(app)
  const [edited, deleted, started] = items.map((item: { readonly engine_code: string }) => ({
    projectCode: installation.projectCode,
    code: item.engine_code,
  }))
  const options = { signal: AbortSignal.timeout(10_000) }
  await editDefinition(installation, edited, (definition) => ({ ...definition, timeoutMin: 7 }))
  await engineOf(installation).deleteDefinition(deleted, options)
  await engineOf(installation).setDefinitionOnline(started, options)

  await applyAll(app, id)
  await settleImport(app, id)

  const found = (await app.call('dave', 'GET', `/imports/${id}/items`)).body.items
  expect(found).toMatchObject([
    { name: 'Edited', state: 'failed', error: { code: 'import.edited' } },
    { name: 'Deleted', state: 'failed', error: { code: 'import.gone' } },
    { name: 'Started', state: 'adopted' },
    { name: 'Same', state: 'adopted' },
    { name: 'Caller', state: 'failed', error: { code: 'import.needs' } },
  ])
  expect((await app.call('dave', 'GET', '/workflows/Started')).body).toMatchObject({
    deployments: [{ is_online: true }],
  })
})

test('an import that is cancelled while it is applied adopts nothing more', async () => {
  const { app, installation } = await setup()
  await makeDefinitions(installation, ['One', 'Two'])
  const { id } = await previewImport(app)
  await applyAll(app, id)

  await importWhile(installation, id, () => app.call('alice', 'POST', `/imports/${id}:cancel`))

  expect((await app.call('dave', 'GET', `/imports/${id}`)).body).toMatchObject({
    state: 'cancelled',
    items: { ready: 2 },
  })
  expect((await app.call('dave', 'GET', '/workflows/One')).status).toBe(404)
})

test('a replica that stalled while another took over writes nothing', async () => {
  const { app, installation } = await setup()
  await makeDefinitions(installation, ['One', 'Two'])
  const { id } = await previewImport(app)
  await applyAll(app, id)
  const lend = (lease: { readonly lease_owner: string; readonly lease_until: Date }) =>
    db.updateTable('workflow_import').set(lease).where('import_id', '=', id).execute()
  const another = { lease_owner: 'another', lease_until: new Date('2999-01-01') }

  await importWhile(installation, id, () => lend(another))
  const meanwhile = (await app.call('dave', 'GET', `/imports/${id}`)).body
  await lend({ ...another, lease_until: new Date(0) })
  await settleImport(app, id)

  expect(meanwhile).toMatchObject({ state: 'applying', items: { ready: 2 } })
  expect((await app.call('dave', 'GET', `/imports/${id}`)).body).toMatchObject({
    state: 'done',
    items: { adopted: 2 },
  })
})

/** Somebody's own workflow of that id, which the environment holds. */
async function takeDeployed({ app, installation }: Awaited<ReturnType<typeof setup>>, id: string) {
  await takeId(app, id)
  await seedDeployment(installation, id)
}

test('who deploys under an id that was taken from an item is not what the others name', async () => {
  const { app, installation } = await setup()
  await makeCaller(installation, ['One'])
  const { id } = await previewImport(app)
  await applyAll(app, id)

  await importWhile(installation, id, () => takeDeployed({ app, installation }, 'One'))

  const { items } = (await app.call('dave', 'GET', `/imports/${id}/items`)).body
  expect(items).toMatchObject([
    { workflow_id: 'One', error: { code: 'workflow.exists' } },
    { workflow_id: 'Caller', state: 'failed', error: { code: 'import.needs' } },
  ])
})

test('nor is it for items of a later slice than the one it was taken from', async () => {
  const { app, installation } = await setup()
  // A slice is fifty: the caller is left for the next one.
  const others = Array.from({ length: 49 }, (_, n) => `Other ${n}`)
  await makeCaller(installation, ['One', ...others])
  const { id } = await previewImport(app)
  await applyAll(app, id)
  const idsOf = async (state: string): Promise<readonly string[]> => {
    const { items } = (await app.call('dave', 'GET', `/imports/${id}/items?state=${state}`)).body
    return items.map((item: { readonly workflow_id: string }) => item.workflow_id)
  }
  const left: (readonly string[])[] = []

  await importWhile(installation, id, async () => {
    left.push(await idsOf('ready'))
    if (left.length === 1) await takeDeployed({ app, installation }, 'One')
  })

  expect(left[1]).toEqual(['Caller'])
  expect(await idsOf('failed')).toEqual(['One', 'Caller'])
})
