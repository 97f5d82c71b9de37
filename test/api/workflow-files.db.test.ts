import { expect, test } from 'vitest'
import { createTestApp, type TestApp } from '#test/support/app.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { createInstallation } from '#test/support/installation.ts'

const { db } = await useTestDatabase()

const setup = async (): Promise<TestApp> => createTestApp(await createInstallation(db))

const document = (id: string, script: string, more = ''): string =>
  `apiVersion: slipway/v1\nkind: Workflow\nid: ${id}\nname: ${id}\n${more}tasks:\n  - { key: a, type: shell, script: "${script}" }\n`

const importYaml = (app: TestApp, yaml: string, query = '') =>
  app.call('alice', 'POST', `/workflows:import${query}`, {
    raw: yaml,
    headers: { 'content-type': 'application/yaml' },
  })

test('a text of many documents becomes a version each, and what did not change none', async () => {
  const app = await setup()
  const first = await importYaml(
    app,
    `# a head\n---\n${document('one', 'x')}---\n${document('two', 'y', 'tags: [etl]\n')}`,
  )

  const second = await importYaml(
    app,
    `${document('one', 'changed')}---\n${document('two', 'y', 'tags: [etl]\n')}`,
  )

  expect(first).toMatchObject({
    status: 200,
    body: {
      items: [
        { workflow_id: 'one', action: 'create', version: 1 },
        { workflow_id: 'two', action: 'create', version: 1 },
      ],
    },
  })
  expect(second.body.items).toEqual([
    { workflow_id: 'one', action: 'new_version', version: 2 },
    { workflow_id: 'two', action: 'unchanged', version: 1 },
  ])
})

test('what is exported from one place is imported into another with the same digests', async () => {
  const [here, there] = [await setup(), await setup()]
  await importYaml(here, `${document('one', 'x')}---\n${document('two', 'y', 'tags: [etl]\n')}`)
  const all = await here.call('dave', 'GET', '/workflows:export')
  const tagged = await here.call('dave', 'GET', '/workflows:export?tag=etl')

  await importYaml(there, all.body)

  const digest = async (app: TestApp, id: string) =>
    (await app.call('dave', 'GET', `/workflows/${id}/versions/1`)).body.digest
  for (const id of ['one', 'two']) expect(await digest(there, id)).toBe(await digest(here, id))
  expect(all.body).toContain(`# one v1, digest ${await digest(here, 'one')}`)
  expect(tagged.body).not.toContain('id: one')
})

test('an export of many large workflows is taken back as it is', async () => {
  const app = await setup()
  const script = String.raw`echo line\n`.repeat(300)
  const many = Array.from({ length: 200 }, (_, n) => document(`w${n}`, script)).join('---\n')
  const first = await importYaml(app, many)
  const { body: exported } = await app.call('dave', 'GET', '/workflows:export')

  const again = await importYaml(app, exported)

  expect(first.body.items).toHaveLength(200)
  expect(exported.length).toBeGreaterThan(600_000)
  expect(new Set(again.body.items.map((item: { action: string }) => item.action))).toEqual(
    new Set(['unchanged']),
  )
})

test('one fault keeps all of them out, and each fault says where it is', async () => {
  const app = await setup()

  const reply = await importYaml(
    app,
    `${document('good', 'x')}---\n${document('bad', 'x', 'owner: 5\n')}---\n${document('good', 'y')}`,
  )

  expect(reply).toMatchObject({
    status: 422,
    body: {
      issues: [{ pointer: '/1/owner' }, { pointer: '/2/id', code: 'definition.duplicate_id' }],
    },
  })
  expect((await app.call('dave', 'GET', '/workflows/good')).status).toBe(404)
})

test('a dry run changes nothing, and a draft with changes is not written over unasked', async () => {
  const app = await setup()
  await importYaml(app, document('one', 'x'))
  await app.call('alice', 'PUT', '/workflows/one', {
    raw: document('one', 'my draft'),
    headers: { 'content-type': 'application/yaml', 'if-match': '*' },
  })

  const refused = await importYaml(app, document('one', 'file'))
  const dry = await importYaml(app, document('one', 'file'), '?dry_run=true&overwrite_drafts=true')
  const versions = await app.call('dave', 'GET', '/workflows/one/versions')
  const done = await importYaml(app, document('one', 'file'), '?overwrite_drafts=true')

  expect(refused).toMatchObject({ status: 409, body: { code: 'workflow.stale_draft' } })
  expect(dry.body.items).toEqual([{ workflow_id: 'one', action: 'new_version', version: 2 }])
  expect(versions.body.items).toHaveLength(1)
  expect(done.body.items).toEqual([{ workflow_id: 'one', action: 'new_version', version: 2 }])
})

test('an id that was used before is refused by its place, in a preview as well', async () => {
  const app = await setup()
  await importYaml(app, document('one', 'x'))
  await app.call('alice', 'DELETE', '/workflows/one', { headers: { 'if-match': '*' } })
  const yaml = `${document('two', 'x')}---\n${document('one', 'x')}`

  const preview = await importYaml(app, yaml, '?dry_run=true')
  const real = await importYaml(app, yaml)

  const refused = {
    status: 409,
    body: { code: 'workflow.exists', issues: [{ pointer: '/1/id' }] },
  }
  expect(preview).toMatchObject(refused)
  expect(real).toMatchObject(refused)
})

test('a misspelt dry_run imports nothing, and is named', async () => {
  const app = await setup()

  const misspelt = await importYaml(app, document('one', 'x'), '?dryrun=true')

  expect(misspelt).toMatchObject({
    status: 422,
    body: { issues: [{ pointer: '/query/dryrun', message: 'unknown field "dryrun"' }] },
  })
  expect((await app.call('dave', 'GET', '/workflows')).body.items).toEqual([])
})

test('an id that is not there, or has no version, is named and not left out', async () => {
  const app = await setup()
  await importYaml(app, document('one', 'x'))

  const [all, some] = await Promise.all([
    app.call('dave', 'GET', '/workflows:export?ids=one'),
    app.call('dave', 'GET', '/workflows:export?ids=one,two'),
  ])

  expect(all.status).toBe(200)
  expect(some).toMatchObject({
    status: 422,
    body: { issues: [{ pointer: '/query/ids', message: 'no workflow "two" with a version' }] },
  })
})

test('imports of the same workflows at once, in any order, all come through', async () => {
  const app = await setup()
  const ids = Array.from({ length: 30 }, (_, n) => `flow_${n}`)
  const send = (script: string, order: readonly string[]) =>
    importYaml(app, order.map((id) => document(id, script)).join('---\n'))
  await send('first', ids)

  const replies = await Promise.all(
    Array.from({ length: 8 }, (_, n) => send(`at once ${n}`, n % 2 ? ids : ids.toReversed())),
  )

  expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 200))
  expect(replies[0]?.body.items[0].workflow_id).toBe('flow_29')
})

test('an export that no import would take is refused, and its parts are not', async () => {
  const app = await createTestApp(await createInstallation(db), { MAX_BODY_BYTES: '5000' })
  for (const id of ['one', 'two']) await importYaml(app, document(id, 'x'.repeat(3_000)))

  const all = await app.call('dave', 'GET', '/workflows:export')
  const part = await app.call('dave', 'GET', '/workflows:export?ids=one')

  expect(all).toMatchObject({
    status: 422,
    body: {
      issues: [
        {
          pointer: '/query/ids',
          message: expect.stringContaining('takes 5000: export it in parts'),
        },
      ],
    },
  })
  expect((await importYaml(app, part.body)).status).toBe(200)
})
