import { expect, test } from 'vitest'
import { ENGINE_FAMILIES } from '#src/engine/catalog.ts'
import { DEPLOY, request, stateOf } from '#test/support/app-publishing.ts'
import { createTestApp, type TestApp } from '#test/support/app.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { addVersion, createInstallation, ordersDocument } from '#test/support/installation.ts'

const { db } = await useTestDatabase()

const MAX_BYTES = 5_000_000
const tasks = (script: string) => [
  { key: 'extract', type: 'shell' as const, script: 'echo extract' },
  { key: 'load', type: 'shell' as const, needs: ['extract'], script },
]
/** A character of Chinese is nine bytes of a form. */
const HUGE = ordersDocument({ tasks: tasks('数'.repeat(560_000)) })
const plan = (app: TestApp) =>
  app.call('alice', 'POST', '/workflows/daily_orders/publications:plan', { body: DEPLOY })
const said = {
  pointer: '/tasks/1',
  code: 'plan.too_large',
  message: expect.stringMatching(
    /^it is 50\d{5} bytes as it is sent, and the engine takes at most 5000000; the largest task, "load", is 50\d{5} of them$/,
  ),
}

test.each(ENGINE_FAMILIES)('%s: what the engine cannot take stops nothing', async (family) => {
  const installation = await createInstallation(db, { family })
  const app = await createTestApp(installation)
  await addVersion(installation, ordersDocument())
  const { body: first } = await request(app)
  await app.runJobs(3)
  await addVersion(installation, HUGE)
  installation.simulator.calls.reset()

  const planned = await plan(app)
  const requested = await request(app)
  await app.runJobs(2)

  expect(await stateOf(app, first.publication_id)).toBe('succeeded')
  expect(planned.body).toMatchObject({ steps: expect.arrayContaining(['offline', 'update']) })
  expect(planned.body.issues).toEqual([said])
  expect(requested).toMatchObject({ status: 422, body: { code: 'publication.plan_refused' } })
  const calls = Object.keys(installation.simulator.calls.entries())
  expect(calls.filter((call) => /^PUT|\/release$/.test(call))).toEqual([])
})

test('a first deploy is refused for its size as well', async () => {
  const installation = await createInstallation(db)
  const app = await createTestApp(installation)
  await addVersion(installation, HUGE)

  const { body } = await plan(app)

  expect(body.issues).toEqual([said])
})

test('to the byte: the most that the plan lets through is taken', async () => {
  const installation = await createInstallation(db)
  const app = await createTestApp(installation)
  await addVersion(installation, ordersDocument({ tasks: tasks('echo') }))
  await request(app)
  await app.runJobs(3)
  const withLetters = (letters: number) =>
    ordersDocument({ tasks: tasks('数'.repeat(555_000) + 'a'.repeat(letters)) })
  await addVersion(installation, withLetters(9_000))
  const { body: over } = await plan(app)
  const bytes = Number(/it is (\d+) bytes/.exec(over.issues[0].message)?.[1])
  const letters = 9_000 - (bytes - MAX_BYTES)

  await addVersion(installation, withLetters(letters + 1))
  const { body: oneOver } = await plan(app)
  await addVersion(installation, withLetters(letters))
  const { body } = await request(app)
  await app.runJobs(2)

  expect(oneOver.issues[0].message).toMatch(/^it is 5000001 bytes/)
  expect(await stateOf(app, body.publication_id)).toBe('succeeded')
})

test('a change of all that the engine takes is published, and what is not kept of it is said', async () => {
  const installation = await createInstallation(db, { approvals: 0 })
  const app = await createTestApp(installation)
  await addVersion(installation, ordersDocument({ tasks: tasks('a'.repeat(4_990_000)) }))
  const { body: first } = await request(app)
  await app.runJobs(3)
  await addVersion(installation, ordersDocument({ tasks: tasks('b'.repeat(4_990_000)) }))

  const { body: second } = await request(app)
  await app.runJobs(3)

  const read = async (id: string) => (await app.call('dave', 'GET', `/publications/${id}`)).body
  const { plan: kept, ...publication } = await read(second.publication_id)
  expect([(await read(first.publication_id)).state, publication.state]).toEqual([
    'succeeded',
    'succeeded',
  ])
  expect(kept.changes).toBeNull()
  expect(kept.changes_text.length).toBeLessThan(501_000)
  expect(kept.changes_text).toMatch(
    /^~ task load script: "a{1000,}\n… \d+ more characters are not kept here: GET \/workflows\/daily_orders\/diff\?from=v1&to=v2 tells all\n$/,
  )
})
