import { describe, expect, test } from 'vitest'
import { createSyncJob } from '#jobs/execution-history-sync.ts'
import type { WorkflowDocumentInput } from '#src/definition/document.ts'
import type { EngineFamily } from '#src/engine/catalog.ts'
import type { EngineFactory } from '#src/engine/engine.ts'
import { silentLog } from '#src/lib/log.ts'
import { retryRun } from '#src/runs/command-run.ts'
import { syncEnvironment } from '#src/runs/sync-environment.ts'
import { useTestDatabase } from '#test/support/database.ts'
import {
  addVersion,
  createInstallation,
  ordersDocument,
  type Installation,
} from '#test/support/installation.ts'
import { applyToEnd, request } from '#test/support/publishing.ts'
import { askForRun, deployedCode, sendRun, syncOnce } from '#test/support/runs.ts'

const { db } = await useTestDatabase()

const HOUR_MS = 3_600_000
const EVERY_FAMILY = ['3.1', '3.2', '3.3', '3.4'] as const

async function deployed(
  family: EngineFamily,
  change: Partial<WorkflowDocumentInput> = {},
): Promise<Installation & { readonly code: string }> {
  const installation = await createInstallation(db, { family })
  await addVersion(installation, ordersDocument({ schedule: undefined, ...change }))
  await applyToEnd(installation, await request(installation, 'deploy', { online: true }))
  return { ...installation, code: await deployedCode(installation) }
}

async function syncFor(installation: Installation, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    installation.clock.advance(1_000)
    await syncOnce(installation)
  }
}

const runsOf = ({ at }: Installation) =>
  db
    .selectFrom('workflow_instance_cache')
    .selectAll()
    .where('org_id', '=', at.orgId)
    .orderBy('engine_instance_id')
    .execute()
const attemptsOf = ({ at }: Installation) =>
  db
    .selectFrom('run_attempt')
    .selectAll()
    .where('org_id', '=', at.orgId)
    .orderBy('attempt')
    .execute()

describe.each(EVERY_FAMILY)('DolphinScheduler %s', (family) => {
  test('an end that is seen once before the run is executed again counts, and is not asked for again', async () => {
    const installation = await deployed(family, {
      tasks: [{ key: 'extract', type: 'shell', script: 'exit 1' }],
    })
    const id = installation.simulator.control.startInstance(installation.code)
    installation.clock.advance(5_000)
    await syncOnce(installation)

    installation.simulator.control.rerun(id)
    await syncFor(installation, 5)

    expect(await attemptsOf(installation)).toMatchObject([
      { attempt: 1, state: 'failure', confirmed_at: expect.any(Date) },
      { attempt: 2, state: 'failure', confirmed_at: expect.any(Date) },
    ])
    installation.clock.advance(HOUR_MS)
    await syncOnce(installation)
    installation.simulator.calls.reset()
    await syncOnce(installation)
    expect(installation.simulator.calls.total).toBe(2)
  })

  test('a run that waits for its turn on the engine is in the list while it waits', async () => {
    const installation = await deployed(family, {
      settings: { concurrency: 'serial_wait' },
      tasks: [{ key: 'extract', type: 'shell', script: 'sleep 600' }],
    })
    const { control } = installation.simulator

    control.startInstance(installation.code)
    control.startInstance(installation.code)
    await syncFor(installation, 3)

    expect(await runsOf(installation)).toMatchObject([{ state: 'running' }, { state: 'queued' }])
  })

  test('a run older than our first look is taken in when somebody executes it again', async () => {
    const installation = await deployed(family)
    const id = installation.simulator.control.startInstance(installation.code)
    installation.clock.advance(72 * HOUR_MS)
    await syncOnce(installation)
    expect(await runsOf(installation)).toEqual([])

    installation.simulator.control.rerun(id)
    await syncFor(installation, 5)

    expect(await runsOf(installation)).toMatchObject([
      { engine_instance_id: id, state: 'success', attempt: 2 },
    ])
    expect(await attemptsOf(installation)).toMatchObject([
      { attempt: 2, state: 'success', confirmed_at: expect.any(Date) },
    ])
  })

  test('ended runs that the engine purged are found by the sweeps; the others stay as they are', async () => {
    const installation = await deployed(family)
    const { control } = installation.simulator
    const [kept, purged] = [
      control.startInstance(installation.code),
      control.startInstance(installation.code),
    ]
    await syncFor(installation, 5)

    control.purgeInstance(purged)
    installation.clock.advance(25 * HOUR_MS)
    await syncOnce(installation)

    expect(await runsOf(installation)).toMatchObject([
      { engine_instance_id: kept, state: 'success', engine_gone_at: null },
      { engine_instance_id: purged, state: 'success', engine_gone_at: expect.any(Date) },
    ])
  })

  test('a run shows the version that the engine ran, whatever was published since it was asked for', async () => {
    const installation = await deployed(family)
    const runId = await askForRun(installation)
    await addVersion(installation, ordersDocument({ schedule: undefined, description: 'new' }))
    await applyToEnd(installation, await request(installation, 'deploy', { online: true }))

    await sendRun(installation, runId)
    await syncFor(installation, 5)

    expect(await runsOf(installation)).toMatchObject([{ run_id: runId, version: 2 }])
  })
})

test('runs that somebody else started cost no look at what they were started with', async () => {
  const installation = await deployed('3.1')
  await syncFor(installation, 1)
  for (let n = 0; n < 5; n++) installation.simulator.control.startInstance(installation.code)
  installation.clock.advance(2_000)
  installation.simulator.calls.reset()

  await syncOnce(installation)

  expect(await runsOf(installation)).toHaveLength(5)
  expect(installation.simulator.calls.total).toBe(2)
})

test('a retry gives numbers and truth values again as what they are', async () => {
  const installation = await deployed('3.1', {
    start: {
      params: { properties: { n: { type: 'integer' }, ok: { type: 'boolean' }, s: {} } },
    },
  })
  const runId = await askForRun(installation, { n: 7, ok: false, s: '8' })
  await sendRun(installation, runId)
  await syncFor(installation, 5)
  await sendRun(installation, runId)
  await syncFor(installation, 5)

  const retry = await retryRun(
    { ...installation.deps, callDeadlineMs: 200 },
    installation.as('carol'),
    { runId, idempotencyKey: undefined },
  )

  const row = (await runsOf(installation)).find((each) => each.run_id === retry)
  expect(JSON.parse(row?.params ?? '')).toEqual({ n: '7', ok: 'false', s: '8' })
})

test('shutting down in the middle of a cycle is no fault of the engine', async () => {
  const installation = await deployed('3.1')
  await syncOnce(installation)
  const stopping = new AbortController()
  const { factory } = installation.deps
  const stopped: EngineFactory = {
    ...factory,
    connect: (address) => {
      stopping.abort(new Error('shutting down'))
      return factory.connect(address)
    },
  }

  await syncEnvironment(
    { ...installation.deps, factory: stopped, callDeadlineMs: 200, sweepMs: HOUR_MS },
    { ...installation.as('sync'), signal: stopping.signal },
    installation.environmentId,
  ).catch(() => undefined)

  expect(
    await db
      .selectFrom('environment_sync')
      .select('last_error_at')
      .where('org_id', '=', installation.at.orgId)
      .execute(),
  ).toEqual([{ last_error_at: null }])
})

test('an environment whose engine hangs delays no other', async () => {
  const silent = await deployed('3.1')
  const lively = await deployed('3.1')
  const hung = Promise.withResolvers<never>()
  const { base_url: silentUrl } = await db
    .selectFrom('engine_cluster')
    .select('base_url')
    .where('org_id', '=', silent.at.orgId)
    .executeTakeFirstOrThrow()
  const tokens = (box: string, context: string): string => {
    for (const { deps } of [silent, lively]) {
      try {
        return deps.secrets.open(box, context)
      } catch {
        continue
      }
    }
    throw new Error('no key of this test')
  }
  const factory: EngineFactory = {
    ...lively.deps.factory,
    connect: (address) => {
      const { engine, compiler } = lively.deps.factory.connect(address)
      return address.baseUrl === silentUrl
        ? { compiler, engine: { ...engine, listInstances: () => hung.promise } }
        : { compiler, engine }
    },
  }
  const job = createSyncJob({
    db,
    now: lively.deps.now,
    factory,
    secrets: { ...lively.deps.secrets, open: tokens },
    callDeadlineMs: 200,
    sweepMs: HOUR_MS,
    intervalMs: 5,
  })
  const stopping = new AbortController()
  const round = (): Promise<unknown> =>
    job.run({
      signal: stopping.signal,
      log: silentLog,
      callFor: (orgId) => ({
        ...(orgId === silent.at.orgId ? silent : lively).as('sync'),
        orgId,
        signal: stopping.signal,
      }),
    })
  lively.simulator.control.startInstance(lively.code)

  const asOf: (Date | null)[] = []
  for (let n = 0; n < 40 && asOf.length < 2; n++) {
    lively.clock.advance(5_000)
    await round()
    const state = await db
      .selectFrom('environment_sync')
      .select('as_of')
      .where('org_id', '=', lively.at.orgId)
      .executeTakeFirst()
    if (state?.as_of && state.as_of.getTime() !== asOf.at(-1)?.getTime()) asOf.push(state.as_of)
  }

  expect(asOf).toHaveLength(2)
  expect(await runsOf(lively)).toMatchObject([{ state: 'success' }])
  expect(await runsOf(silent)).toEqual([])
  stopping.abort(new Error('the test is over'))
  hung.reject(new Error('the test is over'))
})
