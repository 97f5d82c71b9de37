import { createHash } from 'node:crypto'
import { z } from 'zod'
import { sortKeys } from '../definition/canonical.ts'
import { nextFires } from '../definition/cron.ts'
import { addMs } from '../lib/time.ts'
import { isSameSchedule } from './live-state.ts'
import { NotRemoved, Saved } from './engine-steps.ts'
import type { LiveState, Plan } from './plan.ts'
import { isSameDefinition } from './plan-steps.ts'
import type { Saga } from './saga.ts'

/** What was read back from the engine, and what the publication did to its fires. */
export const Evidence = z.object({
  matches: z.boolean(),
  /** What differs from the plan; empty when it matches. */
  differences: z.array(z.string()),
  engine_code: z.string().nullable(),
  engine_version: z.int().nullable(),
  live_digest: z.string().nullable(),
  is_online: z.boolean(),
  schedule: z
    .object({ id: z.int(), is_online: z.boolean(), cron: z.string(), timezone: z.string() })
    .nullable(),
  /** The engine's version rose by more than our own save: somebody else saved too. */
  is_concurrent_edit: z.boolean(),
  /** `not_owner`: the definition or its schedule stays there, offline: another engine user owns it. */
  not_removed: z.string().nullable(),
  schedule_down_at: z.string().nullable(),
  schedule_up_at: z.string().nullable(),
  /** Fires of the schedule while it was down. 3.1 replays them, later families do not. */
  fires_while_down: z.array(z.string()),
  read_back_at: z.string(),
})
export type Evidence = z.output<typeof Evidence>

export function liveDigest(live: LiveState): string {
  return createHash('sha256')
    .update(JSON.stringify(sortKeys(live.definition)))
    .digest('hex')
}

export function makeEvidence({
  plan,
  live,
  saga,
  at,
}: {
  readonly plan: Plan
  readonly live: LiveState | null
  readonly saga: Saga
  readonly at: Date
}): Evidence {
  const removals = ['delete', 'schedule_delete'].map((name) =>
    NotRemoved.safeParse(saga.resultOf(name)),
  )
  const refused = removals.find((removal) => removal.success)?.data.not_removed ?? null
  // A schedule that was refused alone goes along with its definition.
  const isLeft = live !== null && (plan.desired.definition === null || live.schedules.length > 0)
  const notRemoved = isLeft ? refused : null
  const differences = differencesOf(plan, live, notRemoved !== null)
  const schedule = live?.schedules[0] ?? null
  const saved = Saved.safeParse(saga.resultOf('update'))
  const down = saga.endedAt('offline') ?? saga.endedAt('schedule_offline')
  const up = saga.endedAt('schedule_online')
  return {
    matches: differences.length === 0,
    differences,
    engine_code: live?.code ?? null,
    engine_version: live?.engine_version ?? null,
    live_digest: live && liveDigest(live),
    is_online: live?.is_online ?? false,
    schedule: schedule && {
      id: schedule.id,
      is_online: schedule.is_online,
      cron: schedule.content.cron,
      timezone: schedule.content.timezone,
    },
    is_concurrent_edit:
      saved.success && live !== null && live.engine_version > saved.data.version_before + 1,
    not_removed: notRemoved,
    schedule_down_at: down?.toISOString() ?? null,
    schedule_up_at: up?.toISOString() ?? null,
    fires_while_down: firesWhileDown(plan, down, up),
    read_back_at: at.toISOString(),
  }
}

function differencesOf({ desired }: Plan, live: LiveState | null, isLeft: boolean): string[] {
  if (desired.definition === null) return live && !isLeft ? ['the definition is still there'] : []
  if (!live) return ['the definition is not there']
  const schedule = live.schedules[0] ?? null
  const isScheduleUp = schedule?.is_online ?? false
  const isWritten = desired.schedule !== null && desired.is_online
  return [
    ...(isSameDefinition(live.definition, desired.definition) ? [] : ['the definition differs']),
    ...(live.is_online === desired.is_online
      ? []
      : [`it is ${live.is_online ? 'online' : 'offline'}`]),
    ...(live.schedules.length > 1 ? ['there are several schedules'] : []),
    ...(isWritten &&
    (!schedule || (desired.schedule && !isSameSchedule(schedule.content, desired.schedule)))
      ? ['the schedule differs']
      : []),
    ...(isScheduleUp === desired.is_schedule_online
      ? []
      : [`the schedule is ${isScheduleUp ? 'online' : 'offline'}`]),
  ]
}

const MAX_FIRES = 1_000

function firesWhileDown(plan: Plan, down: Date | null, up: Date | null): string[] {
  const before = plan.live?.schedules.find((schedule) => schedule.is_online)
  if (!before || !down || !up) return []
  const fires = nextFires(before.content, addMs(down, -1), MAX_FIRES)
  return fires.filter((fire) => fire <= up).map((fire) => fire.toISOString())
}
