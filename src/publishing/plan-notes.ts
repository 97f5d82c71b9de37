import { nextFires } from '../definition/cron.ts'
import { isOver } from './desired-schedule.ts'
import { isSameSchedule } from './live-state.ts'
import type { DesiredState, LiveState } from './plan.ts'
import type { Operation } from './publication.ts'

const FIRES = 5

/** Above this the engine's clock and ours disagree too much to place an update between fires. */
const MAX_SKEW_MS = 1_000

export function warningsOf(
  operation: Operation,
  {
    live,
    desired,
    skewMs,
    isLeftover,
    now,
  }: {
    readonly live: LiveState | null
    readonly desired: DesiredState
    readonly skewMs: number
    readonly isLeftover: boolean
    readonly now: Date
  },
): string[] {
  const warnings: string[] = []
  const [current] = live?.schedules ?? []
  if (Math.abs(skewMs) > MAX_SKEW_MS)
    warnings.push(`the engine's clock differs from ours by ${skewMs} ms`)
  if (isLeftover)
    warnings.push(
      `takes over the definition ${live ? `"${live.definition.name}" ` : ''}that an earlier publication left on the engine`,
    )
  const isDown = desired.schedule && desired.is_online && !desired.is_schedule_online
  if (desired.schedule && isDown && isOver(desired.schedule, now))
    warnings.push('the schedule stays offline: it has no fire from now on')
  else if (operation === 'deploy' && isDown)
    warnings.push('the schedule is saved but stays offline; publish with online: true to start it')
  if (operation === 'deploy' && desired.schedule && !desired.is_online)
    warnings.push('the schedule is written when the workflow goes online')
  if (current && desired.schedule && !isSameSchedule(current.content, desired.schedule))
    warnings.push('the schedule changes')
  return warnings
}

/** What the engine's schedule will start next, if it is up then. */
export function firesOf(desired: DesiredState, now: Date): string[] {
  if (!desired.schedule || !desired.is_schedule_online) return []
  return nextFires(desired.schedule, now, FIRES).map((fire) => fire.toISOString())
}
