import { isOver } from './desired-schedule.ts'
import type { PlanInput } from './make-plan.ts'
import type { DesiredState, LiveState } from './plan.ts'

interface Considered {
  readonly live: LiveState | null
  readonly definition: DesiredState['definition']
  readonly schedule: DesiredState['schedule']
  readonly now: Date
}

/**
 * A deploy keeps online and schedule as they are, unless it says `online` or what it restores; the
 * first one is offline. The engine refuses to bring up a schedule that is over: that one stays down.
 */
export function desiredState(
  { operation, options }: PlanInput,
  { live, definition, schedule, now }: Considered,
): DesiredState {
  const isScheduleOnline = live?.schedules.some((entry) => entry.is_online) ?? false
  const canGoOnline = schedule !== null && !isOver(schedule, now)
  switch (operation) {
    case 'deploy': {
      const { restores } = options
      const isOnline = restores?.is_online ?? (options.online || (live?.is_online ?? false))
      const isUp = restores?.is_schedule_online ?? (options.online || isScheduleOnline)
      return {
        definition,
        is_online: isOnline,
        schedule,
        is_schedule_online: canGoOnline && isOnline && isUp,
      }
    }
    case 'online':
      return {
        definition: live?.definition ?? null,
        is_online: true,
        schedule,
        is_schedule_online: canGoOnline,
      }
    case 'offline':
      return {
        definition: live?.definition ?? null,
        is_online: false,
        // It stays as it is there, and down.
        schedule: live?.schedules[0]?.content ?? null,
        is_schedule_online: false,
      }
    case 'undeploy':
      return { definition: null, is_online: false, schedule: null, is_schedule_online: false }
  }
}
