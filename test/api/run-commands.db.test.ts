import { expect, test } from 'vitest'
import { request } from '#test/support/app-publishing.ts'
import { RUNS, runOf, runToEnd, setupRuns, start } from '#test/support/app-runs.ts'
import type { TestApp } from '#test/support/app.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { hurryRuns } from '#test/support/runs.ts'

const { db } = await useTestDatabase()

const command = (app: TestApp, id: string, verb: string) =>
  app.call('carol', 'POST', `/runs/${id}:${verb}`)

test('a running run is stopped on the engine', async () => {
  const { app, installation } = await setupRuns(db, {
    tasks: [{ key: 'extract', type: 'shell', script: 'sleep 600' }],
  })
  const { body } = await start(app)
  for (let round = 0; round < 6; round++) {
    await hurryRuns(installation)
    await app.runJobs(1)
  }
  const before = await runOf(app, body.run_id)

  const cancelled = await command(app, body.run_id, 'cancel')
  const run = await runToEnd(app, installation, body.run_id)

  expect(before.state).toBe('running')
  expect(cancelled.status).toBe(202)
  expect(run.state).toBe('stopped')
  expect(await command(app, body.run_id, 'cancel')).toMatchObject({
    status: 409,
    body: { code: 'run.wrong_state', state: 'stopped' },
  })
})

test('a stop that the engine does not answer is 503, and the run is what it was', async () => {
  const { app, installation } = await setupRuns(db, {
    tasks: [{ key: 'extract', type: 'shell', script: 'sleep 600' }],
  })
  const { body } = await start(app)
  for (let round = 0; round < 6; round++) {
    await hurryRuns(installation)
    await app.runJobs(1)
  }
  installation.simulator.control.setDown(true)

  const reply = await command(app, body.run_id, 'cancel')

  expect(reply).toMatchObject({ status: 503, body: { code: 'engine.no_answer' } })
  expect((await runOf(app, body.run_id)).state).toBe('running')
})

test('a run that ends while its workflow is undeployed is still seen to its end', async () => {
  const { app, installation } = await setupRuns(db, {
    tasks: [{ key: 'extract', type: 'shell', script: 'sleep 30' }],
  })
  const { body } = await start(app)
  for (let round = 0; round < 6; round++) {
    await hurryRuns(installation)
    await app.runJobs(1)
  }
  const before = await runOf(app, body.run_id)
  installation.clock.advance(60_000)

  await request(app, { environment: 'prod', operation: 'undeploy' })
  const run = await runToEnd(app, installation, body.run_id)

  const { deployments } = (await app.call('dave', 'GET', '/workflows/daily_orders')).body
  expect(before.state).toBe('running')
  expect(deployments).toMatchObject([{ state: 'removed', engine_code: null }])
  expect(run).toMatchObject({
    state: 'success',
    attempts: [{ state: 'success' }],
    node_runs: [{ task_key: 'extract', state: 'success' }],
  })
})

test('a run that was not sent yet is cancelled here, and the engine never hears of it', async () => {
  const { app, installation } = await setupRuns(db)
  const { body } = await start(app)

  const cancelled = await command(app, body.run_id, 'cancel')
  await hurryRuns(installation)
  await app.runJobs(2)

  expect(cancelled).toMatchObject({ status: 202, body: { state: 'cancelled', is_final: true } })
  expect((await app.call('dave', 'GET', '/runs')).body.items).toMatchObject([
    { run_id: body.run_id, state: 'cancelled' },
  ])
})

test('a failed run says so with its task, and a retry is a run of its own beside it', async () => {
  const { app, installation } = await setupRuns(db, {
    tasks: [{ key: 'extract', type: 'shell', script: 'echo broken; exit 3' }],
  })
  const { body } = await start(app)
  const early = await command(app, body.run_id, 'retry')
  const failed = await runToEnd(app, installation, body.run_id)

  const retried = await command(app, body.run_id, 'retry')

  expect(early).toMatchObject({ status: 409, body: { code: 'run.wrong_state' } })
  expect(failed).toMatchObject({
    state: 'failure',
    node_runs: [{ task_key: 'extract', state: 'failure' }],
  })
  expect(retried).toMatchObject({
    status: 202,
    body: { trigger: 'retry', retry_of: body.run_id, attempt: 1 },
  })
  expect(retried.body.run_id).not.toBe(body.run_id)
  expect(await runOf(app, body.run_id)).toEqual(failed)
})

test('one Idempotency-Key cannot stand for the retry of two runs', async () => {
  const { app, installation } = await setupRuns(db)
  const first = await start(app)
  const second = await start(app)
  await runToEnd(app, installation, first.body.run_id)
  await runToEnd(app, installation, second.body.run_id)
  const retry = (id: string) =>
    app.call('carol', 'POST', `/runs/${id}:retry`, { headers: { 'idempotency-key': 'once' } })

  const once = await retry(first.body.run_id)
  const again = await retry(first.body.run_id)
  const other = await retry(second.body.run_id)

  expect(again.body.run_id).toBe(once.body.run_id)
  expect(other).toMatchObject({ status: 409, body: { code: 'idempotency.key_reused' } })
})

test('an author may not start, stop or retry', async () => {
  const { app } = await setupRuns(db)
  const { body } = await start(app)

  const replies = await Promise.all([
    app.call('alice', 'POST', RUNS, { body: {} }),
    app.call('alice', 'POST', `/runs/${body.run_id}:cancel`),
    app.call('alice', 'POST', `/runs/${body.run_id}:retry`),
  ])

  expect(replies.map((reply) => reply.status)).toEqual([403, 403, 403])
  expect(replies.flatMap((reply) => reply.body.required_roles)).toEqual([
    'operator',
    'operator',
    'operator',
  ])
})
