import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Db } from '#src/db/database.ts'
import { request, setupPublishing } from '#test/support/app-publishing.ts'
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts'
import { addVersion, ordersDocument } from '#test/support/installation.ts'

let database: TestDatabase
let db: Db
beforeAll(async () => {
  database = await createTestDatabase()
  db = database.db
})
afterAll(() => database.drop())

const RUNS = '/workflows/daily_orders/runs'

async function deployed(tasks = ordersDocument().tasks) {
  const { app, installation } = await setupPublishing(db, { approvals: 0 })
  await addVersion(
    installation,
    ordersDocument({
      tasks,
      start: {
        params: {
          properties: {
            day: { type: 'string', default: 'today' },
            n: { type: 'integer', default: 1 },
          },
        },
      },
    }),
  )
  await request(app)
  await app.runJobs(2)
  return { app, installation }
}

test('a run is on record at once, runs on the engine, and is seen with its tasks', async () => {
  const { app } = await deployed()

  const started = await app.call('carol', 'POST', RUNS, {
    body: { environment: 'prod', params: { day: 'monday' }, job_run_id: 'j1' },
  })
  await app.runJobs(6)

  expect(started).toMatchObject({
    status: 202,
    body: {
      state: 'requested',
      environment: 'prod',
      params: { day: 'monday' },
      job_run_id: 'j1',
      requested_by: 'carol',
      version: 2,
    },
  })
  const { body } = await app.call('dave', 'GET', `/runs/${started.body.run_id}`)
  expect(body).toMatchObject({
    state: 'success',
    is_final: true,
    attempt: 1,
    attempts: [{ attempt: 1, state: 'success', is_confirmed: true }],
    engine_link: expect.stringContaining('/workflow/instances/'),
  })
  expect(
    body.node_runs.map(
      (node: { task_key: string; state: string }) => `${node.task_key} ${node.state}`,
    ),
  ).toEqual(['extract success', 'load success'])
  const detail = await app.call('dave', 'GET', '/workflows/daily_orders')
  expect(detail.body.executions).toMatchObject([
    { run_id: body.run_id, state: 'success', environment: 'prod', version: 2, trigger: 'manual' },
  ])
})

test('the detail shows the last 10 executions, newest first', async () => {
  const { app } = await deployed()
  const ids: string[] = []
  for (let n = 0; n < 12; n++) {
    const { body } = await app.call('carol', 'POST', RUNS, { body: {} })
    ids.unshift(body.run_id)
    await app.runJobs(1)
  }
  await app.runJobs(4)

  const { body } = await app.call('dave', 'GET', '/workflows/daily_orders?environment=prod')

  expect(body.executions.map((run: { run_id: string }) => run.run_id)).toEqual(ids.slice(0, 10))
})

test('starting needs the operator, the parameters that are declared, and an online workflow', async () => {
  const { app } = await deployed()

  const viewer = await app.call('dave', 'POST', RUNS, { body: {} })
  const params = await app.call('carol', 'POST', RUNS, { body: { params: { day: 1, nope: 'x' } } })
  const nowhere = await app.call('carol', 'POST', RUNS, { body: { environment: 'test' } })

  expect(viewer.status).toBe(403)
  expect(params).toMatchObject({
    status: 422,
    body: { issues: [{ pointer: '/params/day' }, { pointer: '/params/nope' }] },
  })
  expect(nowhere).toMatchObject({ status: 404, body: { code: 'environment.not_found' } })
})

test('a workflow that is deployed nowhere asks for an environment; one that is offline refuses', async () => {
  const { app, installation } = await setupPublishing(db, { approvals: 0 })
  const before = await app.call('carol', 'POST', RUNS, { body: {} })
  await request(app, { environment: 'prod', operation: 'deploy' })
  await app.runJobs(2)

  const offline = await app.call('carol', 'POST', RUNS, { body: {} })

  expect(before).toMatchObject({
    status: 422,
    body: { code: 'environment.required', issues: [{ pointer: '/environment' }] },
  })
  expect(offline).toMatchObject({ status: 409, body: { code: 'run.not_online' } })
  expect(installation.simulator.calls.entries()).not.toHaveProperty(
    'POST /projects/{project}/executors/start-process-instance',
  )
})

test('the same key is the same run, the same job_run_id is refused', async () => {
  const { app } = await deployed()
  const headers = { 'idempotency-key': 'k' }

  const [first, again] = [
    await app.call('carol', 'POST', RUNS, { body: { job_run_id: 'j' }, headers }),
    await app.call('carol', 'POST', RUNS, { body: { job_run_id: 'j' }, headers }),
  ]
  const other = await app.call('carol', 'POST', RUNS, { body: { job_run_id: 'j' } })

  expect(again.body.run_id).toBe(first.body.run_id)
  expect(other).toMatchObject({ status: 409, body: { code: 'run.exists' } })
})

test('a start while the engine is silent is taken, and runs when it is back', async () => {
  const { app, installation } = await deployed()
  installation.simulator.control.setDown(true)
  const { status, body } = await app.call('carol', 'POST', RUNS, { body: {} })
  await app.runJobs(2)
  const waiting = (await app.call('dave', 'GET', `/runs/${body.run_id}`)).body.state

  installation.simulator.control.setDown(false)
  await db
    .updateTable('workflow_instance_cache')
    .set({ next_attempt_at: new Date(0), lease_until: null })
    .where('run_id', '=', body.run_id)
    .execute()
  await app.runJobs(6)

  expect([status, waiting]).toEqual([202, 'requested'])
  expect((await app.call('dave', 'GET', `/runs/${body.run_id}`)).body.state).toBe('success')
})

test('three failures in a row tell the owner once, with the failing task and the end of its log', async () => {
  const { app, installation } = await deployed(
    ordersDocument({
      tasks: [{ key: 'load', type: 'shell', script: 'echo "no such column"\nexit 3' }],
    }).tasks,
  )
  await app.call('erin', 'POST', '/alert-channels', {
    body: { name: 'c', kind: 'webhook', target: { url: 'http://127.0.0.1:1/hook' } },
  })
  const channels = await app.call('erin', 'GET', '/alert-channels')
  await app.call('erin', 'POST', '/alert-routes', {
    body: { channel_id: channels.body.items[0].channel_id },
  })
  for (let n = 0; n < 4; n++) {
    await app.call('carol', 'POST', RUNS, { body: {} })
    await app.runJobs(5)
  }
  await db
    .updateTable('alert')
    .set({ prepare_after: new Date(0) })
    .where('org_id', '=', installation.at.orgId)
    .where('prepare_after', 'is not', null)
    .execute()
  await app.runJobs(1)

  const { body } = await app.call('dave', 'GET', '/alerts')

  expect(body.items).toHaveLength(1)
  expect(body.items[0].message).toMatchObject({
    title: 'Daily orders failed 3 times in a row in prod',
    failing_task: { key: 'load' },
    owner: { name: 'alice' },
    workflow: { id: 'daily_orders' },
    environment: 'prod',
    link: expect.stringContaining('/workflow/instances/'),
  })
  expect(body.items[0].message.log_tail.join('\n')).toContain('no such column')
  const deliveries = await app.call('dave', 'GET', '/deliveries')
  expect(deliveries.body.items).toMatchObject([
    { state: 'dead', last_error: expect.stringContaining('private address') },
  ])
})

test('the log of a node run is read in pieces, and a silent engine is 503', async () => {
  const { app, installation } = await deployed()
  const { body } = await app.call('carol', 'POST', RUNS, { body: {} })
  await app.runJobs(6)
  const nodes = await app.call('dave', 'GET', `/runs/${body.run_id}/nodeRuns`)
  const path = `/nodeRuns/${nodes.body.items[0].node_run_id}/log`

  const first = await app.call('dave', 'GET', path)
  const rest = await app.call('dave', 'GET', `${path}?offset=${first.body.next_offset}`)
  installation.simulator.control.setDown(true)
  const silent = await app.call('dave', 'GET', path)

  expect(first.body.text).toContain('extract')
  expect(rest.body).toMatchObject({ text: '', is_finished: true })
  expect(silent).toMatchObject({ status: 503, body: { code: 'engine.no_answer' } })
})
