import { describe, expect, test } from 'vitest'
import { cancelRun, retryRun } from '#src/runs/command-run.ts'
import type { LostRun } from '#src/runs/resolve-run.ts'
import { AppError } from '#src/lib/errors.ts'
import { useTestDatabase } from '#test/support/database.ts'
import type { Installation } from '#test/support/installation.ts'
import {
  askForRun,
  deployedCode,
  deployOrders,
  hurryRuns,
  rowOf,
  sendRun,
  syncOnce,
  withEngine,
} from '#test/support/runs.ts'

const { db } = await useTestDatabase()

/** A start whose answer was lost, and which is looked for no longer. */
async function unresolved(installation: Installation): Promise<string> {
  const runId = await askForRun(installation)
  const lost = withEngine(installation, () => ({
    startRun: () => {
      throw new AppError('unavailable', 'engine.no_answer', 'lost', { details: { sent: true } })
    },
  }))
  await sendRun(installation, runId, { factory: lost })
  await giveUp(installation, runId)
  return runId
}

async function giveUp(
  installation: Installation,
  runId: string,
  change: Parameters<typeof sendRun>[2] = {},
): Promise<void> {
  await db
    .updateTable('workflow_instance_cache')
    .set({ resolve_until: new Date(0) })
    .where('run_id', '=', runId)
    .execute()
  await hurryRuns(installation)
  await sendRun(installation, runId, change)
}

const cancel = (installation: Installation, runId: string, factory = installation.deps.factory) =>
  cancelRun({ ...installation.deps, factory, callDeadlineMs: 200 }, installation.as('carol'), {
    runId,
  })
const retry = (installation: Installation, runId: string, idempotencyKey?: string) =>
  retryRun({ ...installation.deps, callDeadlineMs: 200 }, installation.as('carol'), {
    runId,
    idempotencyKey,
  })
const auditOf = async ({ at }: Installation, runId: string) =>
  (
    await db
      .selectFrom('audit_event')
      .select(['action', 'after_json'])
      .where('org_id', '=', at.orgId)
      .where('subject_id', '=', runId)
      .where('action', '=', 'run.cancel')
      .orderBy('audit_id')
      .execute()
  ).map((row) => JSON.parse(row.after_json ?? 'null'))

const CLOSED = { state: 'cancelled', is_final: 1, ended_at: expect.any(Date) }

test('an unresolved run is closed by a cancel, which says that it was never found', async () => {
  const installation = await deployOrders(db)
  const runId = await unresolved(installation)

  await cancel(installation, runId)

  const row = await rowOf(installation, runId)
  expect(row).toMatchObject(CLOSED)
  expect(JSON.parse(row.start_error ?? '')).toEqual({
    message: 'it was sent, and never found on the engine',
  })
  expect(await auditOf(installation, runId)).toEqual([{ outcome: 'never_found', retried_as: null }])
  await expect(cancel(installation, runId)).rejects.toMatchObject({ code: 'run.wrong_state' })
})

test('a retry closes the unresolved run in whose place it comes, once', async () => {
  const installation = await deployOrders(db)
  const runId = await unresolved(installation)

  const retried = await retry(installation, runId, 'once')
  const again = await retry(installation, runId, 'once')

  expect(again).toBe(retried)
  expect(await rowOf(installation, runId)).toMatchObject(CLOSED)
  expect(await rowOf(installation, retried)).toMatchObject({ state: 'requested', retry_of: runId })
  expect(await auditOf(installation, runId)).toEqual([
    { outcome: 'never_found', retried_as: retried },
  ])
})

test('a repeat of a retry answers the same, also where the first run was found meanwhile', async () => {
  const installation = await deployOrders(db)
  const runId = await unresolved(installation)
  const retried = await retry(installation, runId, 'once')
  await installation.at.q
    .updateTable('workflow_instance_cache')
    .set({ state: 'running', is_final: false })
    .where('org_id', '=', installation.at.orgId)
    .where('run_id', '=', runId)
    .execute()

  expect(await retry(installation, runId, 'once')).toBe(retried)
})

test('a run that is not over is closed by no retry', async () => {
  const installation = await deployOrders(db)
  const runId = await askForRun(installation)

  await expect(retry(installation, runId)).rejects.toMatchObject({ code: 'run.wrong_state' })

  expect((await rowOf(installation, runId)).state).toBe('requested')
})

test('giving a start up is told once, in its own transaction', async () => {
  const installation = await deployOrders(db)
  const runId = await askForRun(installation)
  const told: string[] = []
  const change = {
    onUnresolved: async (_tx: unknown, run: LostRun) => {
      told.push(run.runId)
    },
    factory: withEngine(installation, () => ({
      startRun: () => Promise.resolve({ kind: 'accepted' }),
    })),
  }
  await sendRun(installation, runId, change)
  await hurryRuns(installation)
  await sendRun(installation, runId, change)
  expect(told).toEqual([])

  await giveUp(installation, runId, change)
  await giveUp(installation, runId, change)

  expect(told).toEqual([runId])
})

describe.each(['3.1', '3.2', '3.3', '3.4'] as const)('DolphinScheduler %s', (family) => {
  test('a closed run that turns up on the engine after all is told by its own row', async () => {
    const installation = await deployOrders(db, { family })
    const runId = await unresolved(installation)
    await cancel(installation, runId)
    await syncOnce(installation)

    const id = installation.simulator.control.startInstance(await deployedCode(installation), {
      slipway_run_id: runId,
    })
    for (let second = 0; second < 5; second++) {
      installation.clock.advance(1_000)
      await syncOnce(installation)
    }

    expect(await rowOf(installation, runId)).toMatchObject({
      engine_instance_id: id,
      state: 'success',
      start_error: null,
    })
    const { count } = await db
      .selectFrom('workflow_instance_cache')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('org_id', '=', installation.at.orgId)
      .executeTakeFirstOrThrow()
    expect(count).toBe(1)
  })
})

describe('the audit of a stop says what happened', () => {
  async function running(): Promise<readonly [Installation, string]> {
    const installation = await deployOrders(db, {
      tasks: [{ key: 'extract', type: 'shell', script: 'sleep 600' }],
    })
    const runId = await askForRun(installation)
    await sendRun(installation, runId)
    installation.clock.advance(1_000)
    await syncOnce(installation)
    return [installation, runId]
  }

  test('when the engine accepts it', async () => {
    const [installation, runId] = await running()

    await cancel(installation, runId)

    expect(await auditOf(installation, runId)).toEqual([
      { outcome: 'asked' },
      { outcome: 'accepted' },
    ])
  })

  test.each([
    [
      new AppError('upstream', 'engine.refused', 'no', { details: {} }),
      { outcome: 'refused', error: { code: 'engine.refused', message: 'no' } },
    ],
    [new AppError('unavailable', 'engine.no_answer', 'lost'), { outcome: 'no_answer' }],
    [
      new AppError('unavailable', 'engine.no_answer', 'down', { details: { sent: false } }),
      { outcome: 'not_sent' },
    ],
  ])('when the engine answers %s', async (error, outcome) => {
    const [installation, runId] = await running()
    const factory = withEngine(installation, () => ({
      commandRun: () => {
        throw error
      },
    }))

    await expect(cancel(installation, runId, factory)).rejects.toBe(error)

    expect(await auditOf(installation, runId)).toEqual([{ outcome: 'asked' }, outcome])
  })
})
