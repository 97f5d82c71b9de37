import { canonicalCron, instantOf, nextFires } from '../definition/cron.ts'
import type { WorkflowDocument } from '../definition/document.ts'
import { saidOr } from '../definition/said-or.ts'
import type { EngineFamily } from '../engine/catalog.ts'
import type { EngineSchedule } from '../engine/definition.ts'
import type { Bindings } from '../engine/engine.ts'
import { tenantOfSchedule } from './live-state.ts'
import type { ScheduleContent } from './plan.ts'

/** The last year that Quartz knows. */
export const FOREVER = '2099-12-31T00:00:00.000Z'

/** The document's schedule with the environment's names and ids; null: it has none. */
export function desiredSchedule(
  document: WorkflowDocument,
  bindings: Bindings,
  family: EngineFamily,
): ScheduleContent | null {
  const { schedule, settings } = document
  if (!schedule) return null
  const cron = canonicalCron(schedule.cron)
  const environment = saidOr(settings.environment, bindings.defaultEnvironment)
  const group = settings.warning.alert_group
  const at = (local: string): string => instantOf(local, schedule.timezone).toISOString()
  return {
    cron: cron.ok ? cron.cron : schedule.cron,
    timezone: schedule.timezone,
    starts_at: schedule.start === undefined ? null : at(schedule.start),
    ends_at: schedule.end === undefined ? FOREVER : at(schedule.end),
    on_failure: settings.on_failure,
    warning_type: settings.warning.type,
    warning_group_id: group === undefined ? 0 : (bindings.alertGroupIds[group] ?? 0),
    priority: settings.priority,
    worker_group: settings.worker_group ?? bindings.defaultWorkerGroup,
    tenant: tenantOfSchedule(settings.tenant ?? bindings.defaultTenant, family),
    environment_code:
      environment === null ? null : (bindings.environmentCodes[environment] ?? null),
  }
}

export function toEngineSchedule(content: ScheduleContent, startsAt: Date): EngineSchedule {
  return {
    cron: content.cron,
    timezone: content.timezone,
    startsAt,
    endsAt: new Date(content.ends_at),
    onFailure: content.on_failure,
    warningType: content.warning_type,
    warningGroupId: content.warning_group_id,
    priority: content.priority,
    workerGroup: content.worker_group,
    tenant: content.tenant,
    environmentCode: content.environment_code,
  }
}

/** No fire from now on: it ended, or no date fits its cron. What is no cron to us may fire. */
export function isOver(content: ScheduleContent, now: Date): boolean {
  const endsAt = new Date(content.ends_at)
  if (endsAt <= now) return true
  if (!canonicalCron(content.cron).ok) return false
  const [first] = nextFires(content, now, 1)
  return first === undefined || first > endsAt
}
