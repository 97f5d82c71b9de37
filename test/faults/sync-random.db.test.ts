import { describe, expect, test } from 'vitest'
import type { EngineFamily } from '#src/engine/catalog.ts'
import { isAppError } from '#src/lib/errors.ts'
import { useTestDatabase } from '#test/support/database.ts'
import {
  addVersion,
  createInstallation,
  ordersDocument,
  type Installation,
} from '#test/support/installation.ts'
import { applyToEnd, request } from '#test/support/publishing.ts'
import {
  askForRun,
  deployedCode,
  hurryRuns,
  instancesOn,
  sendRun,
  syncOnce,
  tasksOn,
} from '#test/support/runs.ts'

const { db } = await useTestDatabase()

const STEPS = 60
const SEEDS = [1, 2, 3, 4, 5]
const FAULTS = ['status500', 'reset', 'html', 'lost_answer'] as const
const TASKS = [
  { key: 'extract', type: 'shell' as const, script: 'sleep 4' },
  { key: 'load', type: 'shell' as const, needs: ['extract'], script: 'sleep 2' },
]

/** Numbers that look random and are the same for a seed: mulberry32. */
function createDice(seed: number): <T>(choices: readonly T[]) => T {
  let state = seed
  return (choices) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    const index = ((mixed ^ (mixed >>> 14)) >>> 0) % choices.length
    const chosen = choices[index]
    if (chosen === undefined) throw new Error('nothing to choose from')
    return chosen
  }
}

interface Play {
  readonly installation: Installation
  readonly code: string
  readonly dice: ReturnType<typeof createDice>
  /** Runs that were asked for here. */
  readonly asked: string[]
}

async function begin(family: EngineFamily, seed: number): Promise<Play> {
  // Windows of a start are the database's, so the engine lives in the same time.
  const installation = await createInstallation(db, { family, startAt: new Date() })
  await addVersion(installation, ordersDocument({ schedule: undefined, tasks: TASKS }))
  await applyToEnd(installation, await request(installation, 'deploy', { online: true }))
  const code = await deployedCode(installation)
  return { installation, code, dice: createDice(seed), asked: [] }
}

/** No answer is what an outage is; anything else is a fault of ours. */
async function despiteOutages(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!isAppError(error, 'unavailable')) throw error
  })
}

async function onEngine(
  { installation, dice }: Play,
  { isFinal, act }: { readonly isFinal: boolean; readonly act: (id: number) => void },
): Promise<void> {
  // A blow that waits for a call is not for the one that looks here.
  installation.simulator.control.clearFaults()
  installation.simulator.control.setDown(false)
  const instances = [...(await instancesOn(installation)).values()]
  const fitting = instances.filter((each) => each.isFinal === isFinal && each.state !== 'queued')
  if (fitting.length > 0) act(dice(fitting).id)
}

type Step = (play: Play) => unknown

const STEPS_BY_NAME: Readonly<Record<string, Step>> = {
  wait: ({ installation, dice }) => installation.clock.advance(dice([300, 1_000, 5_000, 90_000])),
  sync: ({ installation }) => despiteOutages(syncOnce(installation)),
  syncTwice: ({ installation }) =>
    Promise.all([1, 2].map(() => despiteOutages(syncOnce(installation)))),
  startThere: ({ installation, code }) => installation.simulator.control.startInstance(code),
  startHere: async (play) => {
    play.asked.push(await askForRun(play.installation))
    await sendAll(play)
  },
  send: (play) => sendAll(play),
  loseAnswer: ({ installation }) =>
    installation.simulator.control.failNext({
      kind: 'lost_answer',
      method: 'POST',
      path: /executors/,
    }),
  rerun: (play) =>
    onEngine(play, { isFinal: true, act: (id) => play.installation.simulator.control.rerun(id) }),
  stop: (play) =>
    onEngine(play, {
      isFinal: false,
      act: (id) => play.installation.simulator.control.stopInstance(id),
    }),
  fail: (play) =>
    onEngine(play, {
      isFinal: false,
      act: (id) => play.installation.simulator.control.failInstance(id),
    }),
  purge: async (play) => {
    // What is purged before anybody has seen it stays a start that nobody can resolve.
    const seen = new Set((await cacheOf(play)).map((run) => run.instance))
    await onEngine(play, {
      isFinal: true,
      act: (id) => {
        if (seen.has(id)) play.installation.simulator.control.purgeInstance(id)
      },
    })
  },
  down: ({ installation, dice }) => installation.simulator.control.setDown(dice([true, false])),
  trouble: ({ installation, dice }) =>
    installation.simulator.control.failNext({
      kind: dice(FAULTS),
      method: 'GET',
      path: /instances/,
      times: dice([1, 4]),
    }),
}
/** Waiting and looking come more often than events. */
const NAMES = [...Object.keys(STEPS_BY_NAME), 'wait', 'wait', 'sync', 'sync', 'sync', 'send']

async function sendAll({ installation, asked }: Play): Promise<void> {
  await hurryRuns(installation)
  for (const runId of asked) await despiteOutages(sendRun(installation, runId))
}

/** The engine is well again, everything on it ends, and is looked at. */
async function settle(play: Play): Promise<void> {
  const { installation } = play
  installation.simulator.control.setDown(false)
  installation.simulator.control.clearFaults()
  for (let second = 0; second < 20; second++) {
    installation.clock.advance(1_000)
    await sendAll(play)
    await syncOnce(installation)
  }
  installation.clock.advance(1_000)
  // Looks for what was purged.
  await syncOnce(installation, 1)
}

/** What the engine says of every instance of ours, as the cache has to say it. */
async function truthOf({ installation }: Play) {
  const instances = [...(await instancesOn(installation)).values()].sort((a, b) => a.id - b.id)
  return Promise.all(
    instances.map(async (instance) => ({
      instance: instance.id,
      state: instance.state,
      engineState: instance.engineState,
      isFinal: instance.isFinal,
      attempt: instance.attempt,
      endedAt: instance.endedAt,
      version: 1,
      confirmed: { attempt: instance.attempt, state: instance.state, endedAt: instance.endedAt },
      nodes: (await tasksOn(installation, instance.id))
        .map(({ id, state, endedAt }) => ({ id, state, endedAt }))
        .toSorted((a, b) => a.id - b.id),
    })),
  )
}

async function cacheOf({ installation }: Play) {
  const { orgId } = installation.at
  const of = <T extends { readonly run_id: string }>(rows: readonly T[], id: string): T[] =>
    rows.filter((row) => row.run_id === id)
  const rows = await db
    .selectFrom('workflow_instance_cache')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('engine_gone_at', 'is', null)
    .orderBy('engine_instance_id')
    .execute()
  const attempts = await db
    .selectFrom('run_attempt')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('confirmed_at', 'is not', null)
    .orderBy('attempt')
    .execute()
  const nodes = await db
    .selectFrom('task_instance_cache')
    .selectAll()
    .where('org_id', '=', orgId)
    .orderBy('engine_task_instance_id')
    .execute()
  return rows.map((row) => {
    const last = of(attempts, row.run_id).at(-1)
    return {
      instance: row.engine_instance_id,
      state: row.state,
      engineState: row.engine_state,
      isFinal: Boolean(row.is_final),
      attempt: row.attempt,
      endedAt: row.ended_at,
      version: row.version,
      confirmed: last && { attempt: last.attempt, state: last.state, endedAt: last.ended_at },
      nodes: of(nodes, row.run_id).map((node) => ({
        id: node.engine_task_instance_id,
        state: node.state,
        endedAt: node.ended_at,
      })),
    }
  })
}

describe.each(['3.1', '3.2', '3.3', '3.4'] as const)('DolphinScheduler %s', (family) => {
  test.each(SEEDS)('the cache equals the engine after anything (seed %i)', async (seed) => {
    const play = await begin(family, seed)

    for (let step = 0; step < STEPS; step++) await STEPS_BY_NAME[play.dice(NAMES)]?.(play)
    await settle(play)

    expect(await cacheOf(play)).toEqual(await truthOf(play))
  })
})
