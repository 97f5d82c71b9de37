import { engineOf } from '#test/support/engine.ts'
import { describe, expect, test } from 'vitest'
import type { EngineFactory } from '#src/engine/engine.ts'
import type { EngineFamily } from '#src/engine/catalog.ts'
import { AppError } from '#src/lib/errors.ts'
import { cancelRun, retryRun } from '#src/runs/command-run.ts'
import { requestRun } from '#src/runs/request-run.ts'
import { startRun } from '#src/runs/start-run.ts'
import { syncEnvironment } from '#src/runs/sync-environment.ts'
import { useTestDatabase } from '#test/support/database.ts'
import {
  addVersion,
  createInstallation,
  ordersDocument,
  type Installation,
} from '#test/support/installation.ts'
import { applyToEnd, BREAKS, request, type Break } from '#test/support/publishing.ts'

const { db } = await useTestDatabase()

const HOUR_MS = 3_600_000

async function setup(family: EngineFamily) {
  // The database's own clock measures leases and windows, so the engine lives in the same time.
  const installation = await createInstallation(db, { family, startAt: new Date() })
  await addVersion(installation, ordersDocument())
  await applyToEnd(installation, await request(installation, 'deploy', { online: true }))
  const ask = (jobRunId?: string): Promise<string> =>
    requestRun(installation.deps, installation.as('carol'), {
      workflowId: 'daily_orders',
      environment: undefined,
      params: {},
      jobRunId,
      idempotencyKey: undefined,
    })
  const free = () =>
    db
      .updateTable('workflow_instance_cache')
      .set({ lease_until: null, next_attempt_at: new Date(0) })
      .where('org_id', '=', installation.at.orgId)
      .where('next_attempt_at', 'is not', null)
      .execute()
  const start = async (
    runId: string,
    change: {
      readonly factory?: EngineFactory
      readonly signal?: AbortSignal
      readonly owner?: string
    } = {},
  ): Promise<void> => {
    const { deps } = installation
    const call = {
      ...installation.as('job'),
      signal: change.signal ?? new AbortController().signal,
    }
    await startRun(
      {
        ...deps,
        factory: change.factory ?? deps.factory,
        owner: change.owner ?? 'r',
        callDeadlineMs: 200,
        resolveMs: HOUR_MS,
      },
      call,
      runId,
    )
  }
  const rowOf = (runId: string) =>
    db
      .selectFrom('workflow_instance_cache')
      .selectAll()
      .where('run_id', '=', runId)
      .executeTakeFirstOrThrow()
  return { installation, ask, start, free, rowOf }
}

async function instancesOf(installation: Installation): Promise<number> {
  const address = {
    baseUrl: 'http://x/dolphinscheduler',
    uiUrl: '',
    token: installation.simulator.token,
    serverTimeZone: 'UTC',
    userTimeZone: 'UTC',
    family: installation.simulator.family,
  }
  const { engine } = installation.deps.factory.connect(address)
  const at = installation.clock.now().getTime()
  const window = { from: new Date(at - HOUR_MS), to: new Date(at + HOUR_MS) }
  return (
    await engine.listInstances(
      { projectCode: installation.projectCode, window, page: 1, pageSize: 100 },
      { signal: AbortSignal.timeout(5_000) },
    )
  ).total
}

/** The factory whose next start breaks in that way. */
function breakStart(factory: EngineFactory, kind: Break, onKill: () => void): EngineFactory {
  let isBroken = false
  return {
    ...factory,
    connect(address) {
      const { engine, compiler } = factory.connect(address)
      const startRunOf: typeof engine.startRun = async (...args) => {
        if (isBroken) return engine.startRun(...args)
        isBroken = true
        if (kind === 'killed_after' || kind === 'answer_lost') await engine.startRun(...args)
        if (kind.startsWith('killed')) onKill()
        throw new AppError('unavailable', 'engine.no_answer', kind, {
          details: { sent: kind !== 'never_sent' },
        })
      }
      return { compiler, engine: { ...engine, startRun: startRunOf } }
    },
  }
}

/** What the engine holds in the end, and what our row says. */
const ENDS: Readonly<Record<Break, { readonly instances: number; readonly state: string }>> = {
  killed_before: { instances: 0, state: 'starting' },
  killed_after: { instances: 1, state: 'success' },
  answer_lost: { instances: 1, state: 'success' },
  never_sent: { instances: 1, state: 'success' },
}

describe.each(['3.1', '3.2', '3.3', '3.4'] as const)('DolphinScheduler %s', (family) => {
  test.each(BREAKS)('a start that is %s is never sent twice and never made up', async (kind) => {
    const { installation, ask, start, free, rowOf } = await setup(family)
    const runId = await ask()
    const death = new AbortController()
    const factory = breakStart(installation.deps.factory, kind, () =>
      death.abort(new Error('killed')),
    )

    await start(runId, { factory, signal: death.signal }).catch((error: unknown) => {
      if (!death.signal.aborted) throw error
    })
    for (let round = 0; round < 4; round++) {
      installation.clock.advance(1_000)
      await free()
      await start(runId, { owner: `heir-${round}` })
      await syncEnvironment(
        { ...installation.deps, callDeadlineMs: 200, sweepMs: HOUR_MS },
        installation.as('sync'),
        installation.environmentId,
      )
    }

    expect({
      instances: await instancesOf(installation),
      state: (await rowOf(runId)).state,
    }).toEqual(ENDS[kind])
    expect(
      await db
        .selectFrom('workflow_instance_cache')
        .select('run_id')
        .where('org_id', '=', installation.at.orgId)
        .execute(),
    ).toEqual([{ run_id: runId }])
  })
})

test('a start that is never found stays unresolved, and only a person starts it anew', async () => {
  const { installation, ask, start, free, rowOf } = await setup('3.4')
  const runId = await ask()
  const death = new AbortController()
  const factory = breakStart(installation.deps.factory, 'killed_before', () =>
    death.abort(new Error('killed')),
  )
  await start(runId, { factory, signal: death.signal }).catch(() => undefined)

  await db
    .updateTable('workflow_instance_cache')
    .set({ resolve_until: new Date(0) })
    .where('run_id', '=', runId)
    .execute()
  await free()
  await start(runId, { owner: 'heir' })

  expect(await rowOf(runId)).toMatchObject({ state: 'unresolved', next_attempt_at: null })
  const retry = await retryRun(
    { ...installation.deps, callDeadlineMs: 200 },
    installation.as('carol'),
    { runId, idempotencyKey: undefined },
  )
  expect(await rowOf(retry)).toMatchObject({
    state: 'requested',
    retry_of: runId,
    trigger_type: 'retry',
  })
  expect(await instancesOf(installation)).toBe(0)
})

test('two replicas that see the same run send it once', async () => {
  const { installation, ask, start } = await setup('3.1')
  const runId = await ask()

  await Promise.all(['a', 'b', 'c', 'd'].map((owner) => start(runId, { owner })))
  installation.clock.advance(1_000)

  expect(await instancesOf(installation)).toBe(1)
})

test('a refusal ends the run with the engine’s words', async () => {
  const { installation, ask, start, rowOf } = await setup('3.4')
  const runId = await ask()
  const { engine_code: code } = await rowOf(runId)
  await engineOf(installation).setDefinitionOffline(
    { projectCode: installation.projectCode, code: code ?? '' },
    { signal: AbortSignal.timeout(1_000) },
  )

  await start(runId)

  const row = await rowOf(runId)
  expect(row).toMatchObject({ state: 'failure', is_final: 1 })
  expect(JSON.parse(row.start_error ?? '{}')).toMatchObject({ engine_code: 50014 })
})

test('a run that was never sent is cancelled here, and then not sent', async () => {
  const { installation, ask, start, rowOf } = await setup('3.1')
  const runId = await ask()

  await cancelRun({ ...installation.deps, callDeadlineMs: 200 }, installation.as('carol'), {
    runId,
  })
  await start(runId)

  expect((await rowOf(runId)).state).toBe('cancelled')
  expect(await instancesOf(installation)).toBe(0)
})

test('a job_run_id is used once', async () => {
  const { ask } = await setup('3.1')
  await ask('nightly-1')

  await expect(ask('nightly-1')).rejects.toMatchObject({ code: 'run.exists', kind: 'conflict' })
})
