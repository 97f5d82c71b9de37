import { expect, test } from 'vitest'
import { createStartRunsJob } from '#jobs/start-runs.ts'
import type { EngineFactory } from '#src/engine/engine.ts'
import { silentLog } from '#src/lib/log.ts'
import { useTestDatabase } from '#test/support/database.ts'
import type { Installation } from '#test/support/installation.ts'
import { askForRun, deployOrders, rowOf } from '#test/support/runs.ts'

const { db } = await useTestDatabase()

/** One job over two installations: opens the secrets of both, and the starts of one of them hang. */
async function jobOver(silent: Installation, lively: Installation, hung: Promise<never>) {
  const { base_url: silentUrl } = await db
    .selectFrom('engine_cluster')
    .select('base_url')
    .where('org_id', '=', silent.at.orgId)
    .executeTakeFirstOrThrow()
  let underWay = 0
  const factory: EngineFactory = {
    ...lively.deps.factory,
    connect: (address) => {
      if (address.baseUrl !== silentUrl) return lively.deps.factory.connect(address)
      const { engine, compiler } = silent.deps.factory.connect(address)
      const startRun = (): Promise<never> => {
        underWay += 1
        return hung
      }
      return { compiler, engine: { ...engine, startRun } }
    },
  }
  const open = (box: string, context: string): string => {
    try {
      return silent.deps.secrets.open(box, context)
    } catch {
      return lively.deps.secrets.open(box, context)
    }
  }
  const job = createStartRunsJob({
    db,
    factory,
    secrets: { ...lively.deps.secrets, open },
    owner: 'replica',
    callDeadlineMs: 200,
    resolveMs: 60_000,
    intervalMs: 20,
  })
  return { job, underWay: () => underWay }
}

test('a cluster that stays silent holds up no run of another one', async () => {
  const silent = await deployOrders(db)
  const lively = await deployOrders(db)
  const hung = Promise.withResolvers<never>()
  const { job, underWay } = await jobOver(silent, lively, hung.promise)
  const stopping = new AbortController()
  const round = () =>
    job.run({
      signal: stopping.signal,
      log: silentLog,
      callFor: (orgId) => ({ ...lively.as('job'), orgId, signal: stopping.signal }),
    })
  for (let n = 0; n < 60; n++) await askForRun(silent)
  const late = await askForRun(lively)
  await db
    .updateTable('workflow_instance_cache')
    .set({ next_attempt_at: new Date(0) })
    .where('org_id', '=', silent.at.orgId)
    .execute()

  let rounds = 0
  while (rounds < 20 && (await rowOf(lively, late)).state === 'requested') {
    await round()
    rounds += 1
  }
  const later = await askForRun(lively)
  for (let n = 0; n < 20 && (await rowOf(lively, later)).state === 'requested'; n++) await round()

  expect((await rowOf(lively, late)).state).toBe('queued')
  expect((await rowOf(lively, later)).state).toBe('queued')
  expect(underWay()).toBeLessThanOrEqual(20)
  stopping.abort(new Error('the test is over'))
  hung.reject(new Error('the test is over'))
  await round().catch(() => undefined)
})
