import { expect, test } from 'vitest'
import type { EngineDefinition } from '#src/engine/definition.ts'
import type { JsonValue } from '#src/lib/json.ts'
import { request } from '#test/support/app-publishing.ts'
import { createTestApp } from '#test/support/app.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { editDefinition } from '#test/support/engine.ts'
import { applyAll, previewImport, settleImport } from '#test/support/imports.ts'
import { addVersion, createInstallation, ordersDocument } from '#test/support/installation.ts'
import { makeDefinitions } from '#test/support/make-definitions.ts'
import { deployedCode } from '#test/support/runs.ts'

const { db } = await useTestDatabase()

/** Inside of `engine_params`; with the document, its tasks and the task around it they are 32. */
const MOST = 29

function nested(levels: number): JsonValue {
  let value: JsonValue = 1
  for (let level = 0; level < levels; level++) value = { a: value }
  return value
}
const document = (id: string, levels: number) => ({
  apiVersion: 'slipway/v1',
  kind: 'Workflow',
  id,
  name: id,
  tasks: [{ key: 'a', type: 'engine', engine_type: 'SHELL', engine_params: nested(levels) }],
})
const nestedBy = (levels: number) => (definition: EngineDefinition) => ({
  ...definition,
  tasks: definition.tasks.map((task) => ({
    ...task,
    params: { ...task.params, rest: nested(levels) },
  })),
})
const tooDeep = (place: string) => ({
  pointer: `${place}/engine_params${'/a'.repeat(MOST + 1)}`,
  code: 'definition.too_deep',
  message: 'nested deeper than 32',
})

test('what is nested as deep as a document may be becomes a version, and one level more none', async () => {
  const app = await createTestApp(await createInstallation(db))
  const deep = document('deep', MOST)
  const deeper = document('deeper', MOST + 1)
  const post = (path: string, body: unknown) => app.call('alice', 'POST', path, { body })
  const importYaml = (body: unknown) =>
    app.call('alice', 'POST', '/workflows:import', {
      raw: JSON.stringify(body),
      headers: { 'content-type': 'application/yaml' },
    })

  const created = await post('/workflows', deep)
  const made = await post('/workflows/deep/versions', {})
  const refused = await post('/workflows', deeper)
  const imported = await post('/workflows:import', [document('other', MOST), deeper])
  const yaml = await importYaml(document('third', MOST))
  const yamlRefused = await importYaml(deeper)

  expect([created.status, made.status, yaml.status]).toEqual([201, 201, 200])
  expect(refused).toMatchObject({ status: 422, body: { issues: [tooDeep('/tasks/0')] } })
  expect(imported).toMatchObject({ status: 422, body: { issues: [tooDeep('/1/tasks/0')] } })
  expect(yamlRefused).toMatchObject({ status: 422, body: { issues: [tooDeep('/0/tasks/0')] } })
})

test('a definition that is nested deeper keeps out itself alone', async () => {
  const installation = await createInstallation(db)
  const app = await createTestApp(installation)
  const levels: Readonly<Record<string, number>> = {
    Deepest: MOST - 1,
    Deeper: MOST,
    Bottomless: 300,
  }
  await makeDefinitions(installation, Object.keys(levels), (definition) =>
    nestedBy(levels[definition.name] ?? 0)(definition),
  )

  const { id, items } = await previewImport(app)
  await applyAll(app, id)
  await settleImport(app, id)

  const after = (await app.call('dave', 'GET', `/imports/${id}/items`)).body.items
  const states = (of: readonly { name: string; state: string }[]) =>
    Object.fromEntries(of.map(({ name, state }) => [name, state]))
  expect(states(items)).toEqual({ Deepest: 'ready', Deeper: 'blocked', Bottomless: 'blocked' })
  expect(states(after)).toMatchObject({ Deepest: 'adopted' })
  expect(items.find(({ name }: { name: string }) => name === 'Deeper').notes).toEqual([
    {
      kind: 'fault',
      pointer: expect.stringMatching(/^\/tasks\/0\//),
      message: 'nested deeper than 32',
    },
  ])
})

test('what was nested deeper on the engine is not adopted, and says why', async () => {
  const installation = await createInstallation(db, { approvals: 0 })
  const app = await createTestApp(installation)
  await addVersion(installation, ordersDocument({ schedule: undefined }))
  await request(app)
  await app.runJobs(2)
  const at = { projectCode: installation.projectCode, code: await deployedCode(installation) }
  await editDefinition(installation, at, nestedBy(MOST))
  const { items } = (await app.call('dave', 'GET', '/deployments')).body

  const reply = await app.call('alice', 'POST', `/deployments/${items[0].deployment_id}:adopt`)

  expect(reply).toMatchObject({
    status: 422,
    body: { code: 'workflow.invalid', issues: [{ message: 'nested deeper than 32' }] },
  })
})
