import { describe, expect, test } from 'vitest'
import { AppError } from '#src/lib/errors.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { addVersion, ordersDocument, type Installation } from '#test/support/installation.ts'
import { applyToEnd, request } from '#test/support/publishing.ts'
import {
  askForRun,
  deployOrders,
  hurryRuns,
  instancesOn,
  rowOf,
  sendRun,
  withEngine,
} from '#test/support/runs.ts'

const { db } = await useTestDatabase()

const errorOf = async (installation: Installation, runId: string) =>
  JSON.parse((await rowOf(installation, runId)).start_error ?? 'null')
const familyIs = ({ at }: Installation, family: string | null) =>
  db
    .updateTable('engine_cluster')
    .set({ family, pinned_family: null })
    .where('org_id', '=', at.orgId)
    .execute()

test('a start that was surely not sent stays so when the process stops', async () => {
  const installation = await deployOrders(db)
  const runId = await askForRun(installation)
  const stopping = new AbortController()
  const factory = withEngine(installation, () => ({
    startRun: () => {
      stopping.abort(new Error('shutting down'))
      throw new AppError('unavailable', 'engine.no_answer', 'cut off', { details: { sent: false } })
    },
  }))

  await sendRun(installation, runId, { factory, signal: stopping.signal })

  expect(await rowOf(installation, runId)).toMatchObject({
    state: 'requested',
    sent_at: null,
    lease_until: null,
  })
  await hurryRuns(installation)
  await sendRun(installation, runId)
  expect((await instancesOn(installation)).size).toBe(1)
})

test('a start that may have been sent is looked for after the process has stopped', async () => {
  const installation = await deployOrders(db)
  const runId = await askForRun(installation)
  const stopping = new AbortController()
  const factory = withEngine(installation, () => ({
    startRun: () => {
      stopping.abort(new Error('shutting down'))
      throw new AppError('unavailable', 'engine.no_answer', 'cut off', { details: { sent: true } })
    },
  }))

  await sendRun(installation, runId, { factory, signal: stopping.signal }).catch(() => undefined)

  expect(await rowOf(installation, runId)).toMatchObject({ state: 'starting' })
})

describe('an environment that cannot be spoken to', () => {
  test('of an unknown family, the run is over and says so', async () => {
    const installation = await deployOrders(db)
    const runId = await askForRun(installation)
    await familyIs(installation, null)

    await sendRun(installation, runId)

    expect(await rowOf(installation, runId)).toMatchObject({ state: 'failure', is_final: 1 })
    expect(await errorOf(installation, runId)).toMatchObject({ code: 'engine.unknown_family' })
  })

  test('without the key of its token, the run says that it waits, and goes on with it', async () => {
    const installation = await deployOrders(db)
    const runId = await askForRun(installation)
    const secrets = {
      ...installation.deps.secrets,
      open: () => {
        throw new Error('no key "k" for a stored secret')
      },
    }

    await expect(sendRun(installation, runId, { secrets })).rejects.toThrow('no key "k"')

    expect(await rowOf(installation, runId)).toMatchObject({
      state: 'requested',
      lease_until: null,
      next_attempt_at: expect.any(Date),
    })
    expect(await errorOf(installation, runId)).toEqual({
      message: expect.stringContaining('could not be prepared'),
    })
    await hurryRuns(installation)
    await sendRun(installation, runId)
    expect(await rowOf(installation, runId)).toMatchObject({ state: 'queued', start_error: null })
  })

  test('after a start was sent, it is still looked for, and unresolved in the end', async () => {
    const installation = await deployOrders(db, { family: '3.1' })
    const runId = await askForRun(installation)
    const factory = withEngine(installation, () => ({
      startRun: () => Promise.resolve({ kind: 'accepted' }),
    }))
    await sendRun(installation, runId, { factory })
    await familyIs(installation, null)
    await hurryRuns(installation)

    await sendRun(installation, runId)

    expect(await rowOf(installation, runId)).toMatchObject({ state: 'starting', lease_until: null })
    expect(await errorOf(installation, runId)).toMatchObject({ code: 'engine.unknown_family' })
    await db
      .updateTable('workflow_instance_cache')
      .set({ resolve_until: new Date(0) })
      .where('run_id', '=', runId)
      .execute()
    await hurryRuns(installation)
    await sendRun(installation, runId)
    expect(await rowOf(installation, runId)).toMatchObject({ state: 'unresolved' })
  })
})

describe('names that a start carries', () => {
  async function deployNamed(): Promise<Installation> {
    const installation = await deployOrders(db)
    installation.simulator.control.addEnvironment('jdk')
    return installation
  }

  async function askNamed(installation: Installation): Promise<string> {
    await db
      .updateTable('engine_environment')
      .set({
        defaults: JSON.stringify({
          worker_group: 'default',
          tenant: 'default',
          environment: 'jdk',
        }),
      })
      .where('org_id', '=', installation.at.orgId)
      .execute()
    return askForRun(installation)
  }

  test('are looked up alone', async () => {
    const installation = await deployNamed()
    const runId = await askNamed(installation)
    installation.simulator.calls.reset()

    await sendRun(installation, runId)

    expect((await rowOf(installation, runId)).state).toBe('queued')
    expect(installation.simulator.calls.total).toBe(2)
  })

  test('an environment that the engine lacks fails the run, and nothing is started', async () => {
    const installation = await deployNamed()
    const runId = await askNamed(installation)
    const factory = withEngine(installation, () => ({
      listEnvironments: () => Promise.resolve([]),
    }))

    await sendRun(installation, runId, { factory })

    expect(await rowOf(installation, runId)).toMatchObject({ state: 'failure', is_final: 1 })
    expect(await errorOf(installation, runId)).toEqual({
      code: 'run.unknown_name',
      message: 'the engine has no environment "jdk"',
    })
    expect((await instancesOn(installation)).size).toBe(0)
  })

  test('so does an alert group that the engine has twice', async () => {
    const installation = await deployOrders(db)
    const group = { id: 1, name: 'on call' }
    const listAlertGroups = (): Promise<(typeof group)[]> => Promise.resolve([group])
    const once = withEngine(installation, () => ({ listAlertGroups }))
    const named = { ...installation, deps: { ...installation.deps, factory: once } }
    const warning = { type: 'failure' as const, alert_group: group.name }
    await addVersion(
      named,
      ordersDocument({ schedule: undefined, description: 'new', settings: { warning } }),
    )
    await applyToEnd(named, await request(named, 'deploy', { online: true }))
    const runId = await askForRun(named)
    const twice = withEngine(installation, () => ({
      listAlertGroups: () => Promise.resolve([group, { id: 2, name: group.name }]),
    }))

    await sendRun(installation, runId, { factory: twice })

    expect(await rowOf(installation, runId)).toMatchObject({ state: 'failure' })
    expect(await errorOf(installation, runId)).toEqual({
      code: 'run.unknown_name',
      message: 'the engine has more than one alert group "on call"',
    })
  })

  test('an engine that does not answer is asked again, and the run says why it waits', async () => {
    const installation = await deployNamed()
    const runId = await askNamed(installation)
    installation.simulator.control.setDown(true)

    await sendRun(installation, runId)

    expect(await rowOf(installation, runId)).toMatchObject({ state: 'requested' })
    expect(await errorOf(installation, runId)).toMatchObject({ code: 'engine.no_answer' })
  })
})
