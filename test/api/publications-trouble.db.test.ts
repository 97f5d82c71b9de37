import { expect, test } from 'vitest'
import type { Engine, EngineFactory } from '#src/engine/engine.ts'
import { tokenContext } from '#src/environments/connect-cluster.ts'
import { AppError } from '#src/lib/errors.ts'
import { applyPublication } from '#src/publishing/apply-publication.ts'
import {
  approve,
  changeOnEngine,
  DEPLOY,
  request,
  setupPublishing,
  stateOf,
} from '#test/support/app-publishing.ts'
import type { TestApp } from '#test/support/app.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { addVersion, ordersDocument, type Installation } from '#test/support/installation.ts'
import { applyDeps } from '#test/support/publishing.ts'
import { engineOf } from '#test/support/engine.ts'
import { deployedCode } from '#test/support/runs.ts'

const { db } = await useTestDatabase()

const options = () => ({ signal: AbortSignal.timeout(5_000) })
const CRON = { cron: '0 5 * * *', timezone: 'UTC' }
const planOf = (app: TestApp, body: Record<string, unknown>) =>
  app.call('alice', 'POST', '/workflows/daily_orders/publications:plan', { body })
const failureOf = async (app: TestApp, id: string) =>
  (await app.call('dave', 'GET', `/publications/${id}`)).body.failure

/** A second version waits to be published over the first, which is online with its schedule. */
async function setup(change: Parameters<typeof ordersDocument>[0] = { description: 'new' }) {
  const { app, installation } = await setupPublishing(db, { approvals: 0 })
  await request(app)
  await app.runJobs(2)
  await addVersion(installation, ordersDocument(change))
  const code = await deployedCode(installation)
  const at = { projectCode: installation.projectCode, code }
  const live = async () => engineOf(installation).findDefinition(at, options())
  const schedules = async () => engineOf(installation).findSchedules(at, options())
  return { app, installation, live, schedules, control: installation.simulator.control }
}

/** As if its time for the engine to answer were over. */
async function passDeadline(id: string): Promise<void> {
  await db
    .updateTable('workflow_publish_record')
    .set({ next_attempt_at: new Date(0), apply_deadline_at: new Date(0) })
    .where('publication_id', '=', id)
    .where('state', 'in', ['approved', 'applying'])
    .execute()
}

async function secondsPass(app: TestApp, id: string, rounds: number): Promise<void> {
  for (let n = 0; n < rounds; n++) {
    await db
      .updateTable('workflow_publish_record')
      .set({ next_attempt_at: new Date(0) })
      .where('publication_id', '=', id)
      .where('next_attempt_at', 'is not', null)
      .execute()
    await app.runJobs(1)
  }
}

/** The cluster's token is one that ends in half a minute. */
async function giveShortToken({ simulator, at, clock, deps, projectCode }: Installation) {
  const token = simulator.control.addUser('short', {
    expiresAt: new Date(clock.now().getTime() + 30_000),
  })
  simulator.control.grantProject('short', projectCode)
  const row = await at.q
    .selectFrom('engine_cluster')
    .select('cluster_id')
    .where('org_id', '=', at.orgId)
    .executeTakeFirstOrThrow()
  await at.q
    .updateTable('engine_cluster')
    .set({ token_box: deps.secrets.seal(token, tokenContext(row.cluster_id)) })
    .where('org_id', '=', at.orgId)
    .execute()
}

test('a token that ends in the middle leaves it stuck, named, and not going round for ever', async () => {
  const { app, installation, control } = await setup()
  await giveShortToken(installation)
  const { body } = await request(app)
  control.failNext({ path: /release/, kind: 'status500', times: 1 })
  await app.runJobs(1)
  installation.clock.advance(60_000)
  await secondsPass(app, body.publication_id, 2)
  await passDeadline(body.publication_id)
  await app.runJobs(2)

  expect(await stateOf(app, body.publication_id)).toBe('stuck')
  expect((await failureOf(app, body.publication_id)).not_restored).toEqual([
    expect.stringContaining('could not be put back'),
  ])
})

test('a first step whose answer is lost at the deadline is put back', async () => {
  const { app, installation, live } = await setup()
  const { body } = await request(app)
  const id: string = body.publication_id
  const { factory } = installation.deps
  const late: EngineFactory = {
    ...factory,
    connect: (address) => {
      const { engine, compiler } = factory.connect(address)
      const setDefinitionOffline: Engine['setDefinitionOffline'] = async (at, call) => {
        await engine.setDefinitionOffline(at, call)
        await passDeadline(id)
        throw new AppError('unavailable', 'engine.no_answer', 'the answer was lost')
      }
      return { compiler, engine: { ...engine, setDefinitionOffline } }
    },
  }
  const deps = applyDeps({ ...installation, deps: { ...installation.deps, factory: late } })

  await applyPublication(deps, installation.as('job'), id)

  expect(await stateOf(app, id)).toBe('compensated')
  expect((await live())?.isOnline).toBe(true)
  expect((await failureOf(app, id)).step).toBe('offline')
})

test('a create that a proxy sends twice is one definition, and no failure', async () => {
  const { app, installation } = await setupPublishing(db, { approvals: 0 })
  const { body } = await request(app)
  installation.simulator.control.failNext({
    method: 'POST',
    path: /process-definition$/,
    kind: 'twice',
  })

  await app.runJobs(2)

  expect(await stateOf(app, body.publication_id)).toBe('succeeded')
  const all = await engineOf(installation).listDefinitions(installation.projectCode, options())
  expect(all).toHaveLength(1)
})

test('an edit of somebody else in the middle stays, and is named', async () => {
  const { app, installation, live, control } = await setup()
  const { body } = await request(app)
  control.failNext({ path: /process-definition\/\d+$/, method: 'PUT', kind: 'status500', times: 1 })
  await app.runJobs(1)
  await changeOnEngine(installation)
  const theirs = (await live())?.definition

  await secondsPass(app, body.publication_id, 3)

  expect(await stateOf(app, body.publication_id)).toBe('compensated')
  expect((await live())?.definition).toEqual(theirs)
  expect((await failureOf(app, body.publication_id)).not_restored).toEqual([
    expect.stringContaining('somebody edited it'),
  ])
})

test('an undeploy that the engine refuses brings the schedule back as well', async () => {
  const { app, installation, live, schedules, control } = await setup({
    tasks: [{ key: 'extract', type: 'shell', script: 'sleep 600' }],
  })
  await request(app)
  await app.runJobs(2)
  control.startInstance(await deployedCode(installation))
  const before = await schedules()

  const { body } = await request(app, { environment: 'prod', operation: 'undeploy' })
  await app.runJobs(2)

  expect(await stateOf(app, body.publication_id)).toBe('compensated')
  expect(await failureOf(app, body.publication_id)).toMatchObject({
    step: 'delete',
    not_restored: [],
  })
  expect((await live())?.isOnline).toBe(true)
  expect(await schedules()).toMatchObject([{ isOnline: true }])
  const [{ schedule } = { schedule: null }] = before
  expect((await schedules())[0]?.schedule.cron).toBe(schedule?.cron)
  const row = await installation.at.q
    .selectFrom('workflow_deployment')
    .selectAll()
    .where('org_id', '=', installation.at.orgId)
    .executeTakeFirstOrThrow()
  expect(row).toMatchObject({
    is_schedule_online: 1,
    schedule_id: (await schedules())[0]?.id,
    engine_version: (await live())?.version,
  })
})

test('what was deleted on the engine can be undeployed here, and deployed anew', async () => {
  const { app, installation } = await setup()
  const engine = engineOf(installation)
  const at = { projectCode: installation.projectCode, code: await deployedCode(installation) }
  await engine.setDefinitionOffline(at, options())
  await engine.deleteDefinition(at, options())

  const deploy = await planOf(app, DEPLOY)
  const { body } = await request(app, { environment: 'prod', operation: 'undeploy' })
  await app.runJobs(2)
  const again = await request(app)
  await app.runJobs(2)

  expect(deploy.body.issues).toMatchObject([{ code: 'plan.missing_on_engine' }])
  expect(await stateOf(app, body.publication_id)).toBe('succeeded')
  expect(await stateOf(app, again.body.publication_id)).toBe('succeeded')
})

test('what takes a workflow down does not wait for names that are gone', async () => {
  const { app, installation, live } = await setup()
  await installation.at.q
    .updateTable('engine_environment')
    .set({ defaults: JSON.stringify({ worker_group: 'gone', tenant: 'gone', environment: null }) })
    .where('org_id', '=', installation.at.orgId)
    .execute()

  const deploy = await planOf(app, DEPLOY)
  const { body } = await request(app, { environment: 'prod', operation: 'offline' })
  await app.runJobs(2)

  expect(deploy.body.issues).toMatchObject([
    { code: 'plan.unknown_name' },
    { code: 'plan.unknown_name' },
  ])
  expect(await stateOf(app, body.publication_id)).toBe('succeeded')
  expect((await live())?.isOnline).toBe(false)
})

test('a change of the schedule alone tells the time it was down', async () => {
  const { app } = await setup({ schedule: CRON })

  const { body } = await request(app)
  await app.runJobs(2)

  const { evidence } = (
    await app.call('dave', 'GET', `/publications/${body.publication_id}/evidence`)
  ).body
  expect(evidence).toMatchObject({
    schedule_down_at: expect.any(String),
    schedule_up_at: expect.any(String),
  })
})

test('who wrote on any of the versions that would be new does not approve', async () => {
  const { app, installation } = await setupPublishing(db, { approvals: 1 })
  const write = async (who: string, description: string) => {
    const document = ordersDocument({ description })
    await app.call(who, 'PUT', '/workflows/daily_orders', {
      body: document,
      headers: { 'if-match': '*' },
    })
    await app.call(who, 'POST', '/workflows/daily_orders/versions', { body: {} })
  }
  await installation.at.q
    .updateTable('org_member')
    .set({ roles: JSON.stringify(['author', 'approver']) })
    .where('org_id', '=', installation.at.orgId)
    .where('name', '=', 'bob')
    .execute()
  await write('bob', 'from bob')
  await write('alice', 'from alice')
  const { body } = await request(app)

  const decision = await approve(app, 'bob', body.publication_id)

  expect(decision).toMatchObject({ status: 403, body: { code: 'publication.own_request' } })
})

test('a workflow that was deleted is published no more', async () => {
  const { app, installation } = await setupPublishing(db, { approvals: 0 })
  const { body } = await request(app)
  await installation.at.q
    .updateTable('data_workflow')
    .set({ deleted_at: new Date() })
    .where('org_id', '=', installation.at.orgId)
    .execute()

  await app.runJobs(2)

  expect(await stateOf(app, body.publication_id)).toBe('failed')
  expect((await planOf(app, { ...DEPLOY, version: 1 })).status).toBe(404)
})

test('the comment of an end is in the audit', async () => {
  const { app, installation } = await setupPublishing(db, { approvals: 1 })
  const { body } = await request(app)

  await app.call('alice', 'POST', `/publications/${body.publication_id}:cancel`, {
    body: { comment: 'not today' },
  })

  const audit = await installation.at.q
    .selectFrom('audit_event')
    .select(['action', 'after_json'])
    .where('org_id', '=', installation.at.orgId)
    .where('action', '=', 'publication.cancel')
    .execute()
  expect(audit).toMatchObject([{ after_json: expect.stringContaining('not today') }])
})

test('the alert of a stuck one ends when somebody takes it in hand', async () => {
  const { app, control } = await setup()
  const { body } = await request(app)
  control.failNext({ path: /release/, kind: 'status500', times: 1 })
  await app.runJobs(1)
  control.setDown(true)
  await passDeadline(body.publication_id)
  await app.runJobs(1)
  const firing = await app.call('dave', 'GET', '/alerts')

  await app.call('carol', 'POST', `/publications/${body.publication_id}:abandon`, { body: {} })

  const after = await app.call('dave', 'GET', '/alerts')
  expect(firing.body.items).toMatchObject([{ state: 'firing' }])
  expect(after.body.items).toMatchObject([{ state: 'resolved' }])
})

test('a version whose change the engine never sees is deployed all the same', async () => {
  const { app, installation } = await setup({ owner: 'bob' })

  const { body } = await request(app)
  await app.runJobs(2)

  const again = await request(app)
  expect(await stateOf(app, body.publication_id)).toBe('succeeded')
  const row = await installation.at.q
    .selectFrom('workflow_deployment')
    .select('version')
    .where('org_id', '=', installation.at.orgId)
    .executeTakeFirstOrThrow()
  expect(row.version).toBe(2)
  expect(again).toMatchObject({ status: 409, body: { code: 'publication.nothing_to_do' } })
})
