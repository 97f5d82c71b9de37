import { nextFires } from '../definition/cron.ts'
import { addMs } from '../lib/time.ts'
import type { Plan } from './plan.ts'

/** A deploy takes the schedule down for less than this. */
const WINDOW_MS = 3_000
const AFTER_FIRE_MS = 1_500
/** Schedules that fire more often than this have no quiet moment to wait for. */
const MIN_GAP_MS = 10_000

/** The moment after the next fire, when a schedule is about to fire into our window; null: go on. */
export function postponeUntil(plan: Plan, engineNow: Date): Date | null {
  const schedule = plan.live?.schedules.find((entry) => entry.is_online)
  const goesDown = plan.steps.includes('offline') || plan.steps.includes('schedule_offline')
  if (!schedule || !goesDown) return null
  const [first, second] = nextFires(schedule.content, addMs(engineNow, -AFTER_FIRE_MS), 2)
  if (!first || first.getTime() - engineNow.getTime() > WINDOW_MS) return null
  if (second && second.getTime() - first.getTime() < MIN_GAP_MS) return null
  return addMs(first, AFTER_FIRE_MS)
}
