import { expect, test } from 'vitest'
import { DEPLOY, request, setupPublishing } from '#test/support/app-publishing.ts'
import { RUNS, runOf, runToEnd, setupRuns, start } from '#test/support/app-runs.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { engineOf } from '#test/support/engine.ts'
import { deployedCode } from '#test/support/runs.ts'

const { db } = await useTestDatabase()

test('a run is on record at once, is sent, and ends with its tasks and the engine’s link', async () => {
  const { app, installation } = await setupRuns(db)

  const asked = await start(app, { job_run_id: 'nightly-7' })
  const run = await runToEnd(app, installation, asked.body.run_id)

  expect(asked).toMatchObject({
    status: 202,
    body: {
      state: 'requested',
      is_final: false,
      environment: 'prod',
      version: 1,
      trigger: 'manual',
      attempt: 1,
      job_run_id: 'nightly-7',
      requested_by: 'carol',
      engine_link: null,
      attempts: [],
      node_runs: [],
    },
  })
  expect(run).toMatchObject({
    state: 'success',
    is_final: true,
    trigger: 'manual',
    job_run_id: 'nightly-7',
    start_error: null,
    engine_link: expect.stringContaining('/workflow/instances/'),
    attempts: [{ attempt: 1, state: 'success', is_confirmed: true }],
    node_runs: [
      { task_key: 'extract', state: 'success', type: 'SHELL' },
      { task_key: 'load', state: 'success', type: 'SHELL' },
    ],
  })
  expect(run.duration_ms).toBe(Date.parse(run.ended_at) - Date.parse(run.started_at))
  const detail = await app.call('dave', 'GET', '/workflows/daily_orders')
  expect(detail.body.executions).toMatchObject([
    { run_id: asked.body.run_id, state: 'success', environment: 'prod', version: 1 },
  ])
})

test('a run that is over answers the outputs of its end, and names those nobody has set', async () => {
  const { app, installation } = await setupRuns(db, {
    tasks: [
      {
        key: 'load',
        type: 'shell',
        script: 'echo "${setValue(rows=42)}" "${setValue(note=done)}"',
        outputs: ['rows', 'note', 'share'],
      },
    ],
    end: {
      outputs: {
        rows: { from: 'load.rows', type: 'integer' },
        text: { from: 'load.note', type: 'string' },
        bad: { from: 'load.note', type: 'number' },
        never: { from: 'load.share', type: 'string' },
      },
    },
  })

  const { body } = await start(app)
  const run = await runToEnd(app, installation, body.run_id)

  expect(body).toMatchObject({ outputs: {}, missing_outputs: [] })
  expect(run.outputs).toEqual({ rows: 42, text: 'done' })
  expect(run.missing_outputs).toEqual(['bad', 'never'])
})

test('the log of a task is read in pieces, up to its end', async () => {
  const { app, installation } = await setupRuns(db)
  const { body } = await start(app)
  const run = await runToEnd(app, installation, body.run_id)
  const log = (offset: number) =>
    app.call('dave', 'GET', `/nodeRuns/${run.node_runs[0].node_run_id}/log?offset=${offset}`)

  const first = await log(0)
  const rest = await log(first.body.next_offset)

  expect(first.body.text).toContain('extract')
  expect(first.body.is_finished).toBe(false)
  expect(rest.body).toEqual({
    text: '',
    next_offset: first.body.next_offset,
    is_finished: true,
  })
})

test('a run that is asked for while the engine is down is on record, and runs later', async () => {
  const { app, installation } = await setupRuns(db)
  const { control } = installation.simulator
  control.setDown(true)

  const asked = await start(app)
  await app.runJobs(1)
  const down = await runOf(app, asked.body.run_id)
  control.setDown(false)
  const run = await runToEnd(app, installation, asked.body.run_id)

  expect(asked.status).toBe(202)
  expect(down).toMatchObject({ state: 'requested', is_final: false })
  expect(run).toMatchObject({ state: 'success', attempts: [{ attempt: 1 }] })
})

test('a start that the engine refuses says why, in the run and in the last runs of the workflow', async () => {
  const { app, installation } = await setupRuns(db)
  const { run_id: runId } = (await start(app)).body
  const at = { projectCode: installation.projectCode, code: await deployedCode(installation) }
  await engineOf(installation).setDefinitionOffline(at, { signal: AbortSignal.timeout(5_000) })

  const run = await runToEnd(app, installation, runId)

  const { executions } = (await app.call('dave', 'GET', '/workflows/daily_orders')).body
  expect(run).toMatchObject({ state: 'failure', start_error: expect.any(String) })
  expect(executions).toMatchObject([{ run_id: runId, start_error: run.start_error }])
})

test('parameters are checked against the deployed version, and every fault has its place', async () => {
  const { app } = await setupRuns(db, {
    start: {
      params: {
        properties: {
          day: { type: 'string' },
          count: { type: 'integer', default: 3 },
          mode: { type: 'string', enum: ['full', 'delta'], default: 'full' },
        },
      },
    },
  })

  const faulty = await start(app, { params: { count: 'three', mode: 'none', oops: 1 } })
  const good = await start(app, { params: { day: '2026-03-01', count: 4 } })

  expect(faulty).toMatchObject({
    status: 422,
    body: {
      issues: [
        { pointer: '/params/count', code: 'params.type' },
        { pointer: '/params/mode', code: 'params.type' },
        { pointer: '/params/oops', code: 'params.unknown' },
        { pointer: '/params/day', code: 'params.required' },
      ],
    },
  })
  expect(good).toMatchObject({
    status: 202,
    body: { params: { day: '2026-03-01', count: '4' } },
  })
})

test('a workflow that is deployed nowhere, or offline, is not started', async () => {
  const { app } = await setupPublishing(db, { approvals: 0 })

  const nowhere = await start(app)
  const named = await start(app, { environment: 'prod' })
  const unknown = await start(app, { environment: 'mars' })
  await request(app, { ...DEPLOY, online: false })
  await app.runJobs(2)
  const offline = await start(app)

  expect(nowhere).toMatchObject({
    status: 422,
    body: { code: 'environment.required', issues: [{ pointer: '/environment' }] },
  })
  expect(named).toMatchObject({ status: 409, body: { code: 'run.not_online' } })
  expect(unknown).toMatchObject({ status: 404, body: { code: 'environment.not_found' } })
  expect(offline).toMatchObject({ status: 409, body: { code: 'run.not_online' } })
})

test('a workflow in two environments is started where the caller says, and only there', async () => {
  const { app, installation } = await setupRuns(db)
  const clusters = await app.call('erin', 'GET', '/clusters')
  await app.call('erin', 'POST', '/environments', {
    body: {
      name: 'test',
      cluster_id: clusters.body.items[0].cluster_id,
      project_name: 'slipway-test',
      create_project: true,
      defaults: { tenant: installation.simulator.tenant },
      policy: { approvals_required: 0 },
    },
  })
  await request(app, { ...DEPLOY, environment: 'test' })
  await app.runJobs(2)

  const unsaid = await start(app)
  const said = await start(app, { environment: 'test' })
  const run = await runToEnd(app, installation, said.body.run_id)

  expect(unsaid).toMatchObject({
    status: 422,
    body: {
      code: 'environment.required',
      issues: [
        { pointer: '/environment', message: expect.stringMatching(/prod.*test|test.*prod/) },
      ],
    },
  })
  expect(run).toMatchObject({ environment: 'test', state: 'success' })
  const listed = await app.call('dave', 'GET', '/runs?environment=prod')
  expect(listed.body.items).toEqual([])
})

test('a job_run_id names one run in the organization, and no other organization minds', async () => {
  const [here, there] = [await setupRuns(db), await setupRuns(db)]
  await start(here.app, { job_run_id: 'nightly' })

  const again = await start(here.app, { job_run_id: 'nightly' })
  const elsewhere = await start(there.app, { job_run_id: 'nightly' })

  expect(again).toMatchObject({ status: 409, body: { code: 'run.exists' } })
  expect(elsewhere.status).toBe(202)
})

test('ten repeats of one request at once are one run', async () => {
  const { app } = await setupRuns(db)
  const key = { 'idempotency-key': 'once' }

  const replies = await Promise.all(Array.from({ length: 10 }, () => start(app, {}, key)))
  const other = await start(app, { environment: 'prod' }, key)

  expect(replies.map((reply) => reply.status)).toEqual(Array(10).fill(202))
  expect(new Set(replies.map((reply) => reply.body.run_id)).size).toBe(1)
  expect(other).toMatchObject({ status: 409, body: { code: 'idempotency.key_reused' } })
})

test('what the engine starts by its schedule is in the list, with that trigger', async () => {
  const { app, installation } = await setupRuns(db)
  installation.clock.advance(17 * 3_600_000)

  await app.runJobs(6)

  const { body } = await app.call('dave', 'GET', '/runs?trigger=schedule')
  expect(body.items).toMatchObject([
    {
      workflow_id: 'daily_orders',
      trigger: 'schedule',
      state: 'success',
      scheduled_for: '2026-03-02T03:00:00.000Z',
      requested_by: null,
    },
  ])
  expect((await app.call('dave', 'GET', '/runs?trigger=manual')).body.items).toEqual([])
})

test('filters of the list: workflow, state and time', async () => {
  const { app, installation } = await setupRuns(db)
  const first = await start(app)
  await runToEnd(app, installation, first.body.run_id)
  installation.clock.advance(3_600_000)
  const second = await start(app)
  const list = async (query: string) =>
    (await app.call('dave', 'GET', `/runs?${query}`)).body.items.map(
      (item: { run_id: string }) => item.run_id,
    )
  const between = encodeURIComponent('2026-03-01T12:30:00+02:00')

  expect({
    all: await list(''),
    workflow: await list('workflow_id=other'),
    success: await list('state=success'),
    requested: await list('state=requested'),
    from: await list(`from=${between}`),
    to: await list(`to=${between}`),
  }).toEqual({
    all: [second.body.run_id, first.body.run_id],
    workflow: [],
    success: [first.body.run_id],
    requested: [second.body.run_id],
    from: [second.body.run_id],
    to: [first.body.run_id],
  })
})

test('pages of runs skip and repeat nothing while new ones are asked for', async () => {
  const { app, installation } = await setupRuns(db)
  const asked: string[] = []
  for (let n = 0; n < 9; n++) {
    asked.push((await start(app)).body.run_id)
    if (n % 4 === 3) installation.clock.advance(1_000)
  }

  const seen: string[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const { body } = await app.call('dave', 'GET', `/runs?limit=4${query}`)
    seen.push(...body.items.map((item: { run_id: string }) => item.run_id))
    cursor = body.next_cursor
    installation.clock.advance(1_000)
    await start(app)
  }

  expect(seen.toSorted()).toEqual(asked.toSorted())
})

test('a refresh names the environments whose engines are asked next', async () => {
  const { app } = await setupRuns(db)

  expect(await app.call('carol', 'POST', `${RUNS}:refresh`)).toMatchObject({
    status: 202,
    body: { environments: ['prod'] },
  })
})
