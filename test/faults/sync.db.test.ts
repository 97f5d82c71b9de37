import { describe, expect, test } from 'vitest'
import type { EngineFamily } from '#src/engine/catalog.ts'
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
import { deployMany } from '#test/support/deploy-many.ts'
import { applyToEnd, request } from '#test/support/publishing.ts'

const { db } = await useTestDatabase()

const FAMILIES = ['3.1', '3.2', '3.3', '3.4'] as const
const HOUR_MS = 3_600_000

async function deployed(family: EngineFamily): Promise<Installation> {
  const installation = await createInstallation(db, { family })
  await addVersion(installation, ordersDocument())
  await applyToEnd(installation, await request(installation, 'deploy', { online: true }))
  return installation
}

function sync(installation: Installation, sweepMs = HOUR_MS): Promise<void> {
  return syncEnvironment(
    { ...installation.deps, callDeadlineMs: 200, sweepMs },
    installation.as('sync'),
    installation.environmentId,
  )
}

/** A cycle a second, over that time. */
async function syncFor(installation: Installation, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    installation.clock.advance(1_000)
    await sync(installation)
  }
}

async function codeOf(installation: Installation): Promise<string> {
  const row = await installation.at.q
    .selectFrom('workflow_deployment')
    .select('engine_code')
    .where('org_id', '=', installation.at.orgId)
    .executeTakeFirstOrThrow()
  return row.engine_code ?? ''
}

const runsOf = (installation: Installation) =>
  db
    .selectFrom('workflow_instance_cache')
    .selectAll()
    .where('org_id', '=', installation.at.orgId)
    .orderBy('engine_instance_id')
    .execute()
const attemptsOf = (installation: Installation) =>
  db
    .selectFrom('run_attempt')
    .selectAll()
    .where('org_id', '=', installation.at.orgId)
    .orderBy('attempt')
    .execute()

describe.each(FAMILIES)('DolphinScheduler %s', (family) => {
  test('a run that somebody starts on the engine gets its row, its node runs, and a confirmed end', async () => {
    const installation = await deployed(family)
    const id = installation.simulator.control.startInstance(await codeOf(installation))

    await syncFor(installation, 5)

    expect(await runsOf(installation)).toMatchObject([
      {
        engine_instance_id: id,
        state: 'success',
        is_final: 1,
        trigger_type: 'manual',
        version: 1,
        attempt: 1,
      },
    ])
    expect(await attemptsOf(installation)).toMatchObject([
      { state: 'success', confirmed_at: expect.any(Date) },
    ])
    const nodes = await db
      .selectFrom('task_instance_cache')
      .select(['task_key', 'state'])
      .where('org_id', '=', installation.at.orgId)
      .orderBy('engine_task_instance_id')
      .execute()
    expect(nodes).toEqual([
      { task_key: 'extract', state: 'success' },
      { task_key: 'load', state: 'success' },
    ])
  })

  test('an old run that is executed again on the engine is caught, and its first attempt stays', async () => {
    const installation = await deployed(family)
    const id = installation.simulator.control.startInstance(await codeOf(installation))
    await syncFor(installation, 5)
    for (let hour = 0; hour < 3; hour++) {
      installation.clock.advance(HOUR_MS / 2)
      await sync(installation, 24 * HOUR_MS)
    }
    const [first] = await attemptsOf(installation)

    installation.simulator.control.rerun(id)
    await syncFor(installation, 5)

    expect(await runsOf(installation)).toMatchObject([
      { engine_instance_id: id, state: 'success', attempt: 2 },
    ])
    expect(await attemptsOf(installation)).toMatchObject([
      first,
      { attempt: 2, state: 'success', confirmed_at: expect.any(Date) },
    ])
  })

  test('an engine that does not answer leaves the cache as it was, with its age', async () => {
    const installation = await deployed(family)
    installation.simulator.control.startInstance(await codeOf(installation))
    await syncFor(installation, 1)
    const before = await runsOf(installation)
    const { as_of: asOf } = await db
      .selectFrom('environment_sync')
      .select('as_of')
      .where('org_id', '=', installation.at.orgId)
      .executeTakeFirstOrThrow()

    installation.simulator.control.setDown(true)
    installation.clock.advance(5_000)
    await expect(sync(installation)).rejects.toMatchObject({ code: 'engine.no_answer' })

    expect(await runsOf(installation)).toEqual(before)
    expect(
      await db
        .selectFrom('environment_sync')
        .selectAll()
        .where('org_id', '=', installation.at.orgId)
        .execute(),
    ).toMatchObject([{ as_of: asOf, last_error_at: expect.any(Date) }])
    installation.simulator.control.setDown(false)
    await syncFor(installation, 5)
    expect(await runsOf(installation)).toMatchObject([{ state: 'success' }])
  })

  test('what the engine purged stays here and is marked', async () => {
    const installation = await deployed(family)
    const id = installation.simulator.control.startInstance(await codeOf(installation))
    await syncFor(installation, 1)

    installation.simulator.control.purgeInstance(id)
    await syncFor(installation, 2)

    expect(await runsOf(installation)).toMatchObject([
      { engine_instance_id: id, engine_gone_at: expect.any(Date) },
    ])
  })

  test('fires of the engine’s own schedule are rows with that trigger', async () => {
    const installation = await deployed(family)

    installation.clock.advance(
      Date.parse('2026-03-02T03:00:00.500Z') - installation.clock.now().getTime(),
    )
    await syncFor(installation, 5)

    expect(await runsOf(installation)).toMatchObject([
      {
        trigger_type: 'schedule',
        state: 'success',
        scheduled_for: new Date('2026-03-02T03:00:00.000Z'),
      },
    ])
  })

  test('our own run and the sync’s row are one row', async () => {
    const installation = await deployed(family)
    const { deps } = installation
    const runId = await requestRun(deps, installation.as('carol'), {
      workflowId: 'daily_orders',
      environment: undefined,
      params: {},
      jobRunId: 'job-1',
      idempotencyKey: undefined,
    })

    await startRun(
      { ...deps, owner: 'r', callDeadlineMs: 200, resolveMs: HOUR_MS },
      installation.as('job'),
      runId,
    )
    await syncFor(installation, 5)

    expect(await runsOf(installation)).toMatchObject([
      { run_id: runId, state: 'success', trigger_type: 'manual', job_run_id: 'job-1', version: 1 },
    ])
  })
})

test('a cycle asks as much with many workflows as with few', async () => {
  const counts: number[] = []
  for (const workflows of [10, 300]) {
    const installation = await createInstallation(db, { family: '3.4' })
    const codes = await deployMany(installation, workflows)
    await syncFor(installation, 2)
    for (const code of codes.slice(0, 5)) installation.simulator.control.startInstance(code)
    installation.clock.advance(2_000)
    installation.simulator.calls.reset()
    await sync(installation)
    counts.push(installation.simulator.calls.total)
    expect(await runsOf(installation)).toHaveLength(5)
  }

  expect(counts[0]).toBe(counts[1])
})
