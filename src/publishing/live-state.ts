import { sortKeys } from '../definition/canonical.ts'
import { canonicalCron } from '../definition/cron.ts'
import type { EngineFamily } from '../engine/catalog.ts'
import type { EngineSchedule, LiveSchedule } from '../engine/definition.ts'
import type { CallOptions, Engine, TaskVersions } from '../engine/engine.ts'
import type { LiveState, ScheduleContent } from './plan.ts'

/** What the engine holds now: the definition and every schedule of it; null: no such definition. */
export async function readLiveState(
  engine: Engine,
  at: { readonly projectCode: string; readonly code: string },
  options: CallOptions,
): Promise<LiveState | null> {
  return (await readForSave(engine, at, options))?.live ?? null
}

/** With the engine's versions of the tasks, which a save sends back. */
export async function readForSave(
  engine: Engine,
  at: { readonly projectCode: string; readonly code: string },
  options: CallOptions,
): Promise<({ readonly live: LiveState } & TaskVersions) | null> {
  const found = await engine.findDefinition(at, options)
  if (!found) return null
  const schedules = await engine.findSchedules(at, options)
  const live = {
    code: found.code,
    engine_version: found.version,
    is_online: found.isOnline,
    definition: found.definition,
    layout: found.layout,
    schedules: toLiveSchedules(schedules, engine.family),
  }
  return { live, taskVersions: found.taskVersions }
}

export function toLiveSchedules(
  schedules: readonly LiveSchedule[],
  family: EngineFamily,
): LiveState['schedules'] {
  return schedules.map((schedule) => toLiveSchedule(schedule, family))
}

function toLiveSchedule(
  { id, isOnline, schedule }: LiveSchedule,
  family: EngineFamily,
): LiveState['schedules'][number] {
  return { id, is_online: isOnline, content: toContent(schedule, family) }
}

function toContent(schedule: EngineSchedule, family: EngineFamily): ScheduleContent {
  const cron = canonicalCron(schedule.cron)
  return {
    cron: cron.ok ? cron.cron : schedule.cron,
    timezone: schedule.timezone,
    // When it starts is chosen anew with every write, so it is no content.
    starts_at: null,
    ends_at: schedule.endsAt.toISOString(),
    on_failure: schedule.onFailure,
    warning_type: schedule.warningType,
    warning_group_id: schedule.warningGroupId,
    priority: schedule.priority,
    worker_group: schedule.workerGroup,
    tenant: tenantOfSchedule(schedule.tenant, family),
    environment_code: schedule.environmentCode,
  }
}

/** 3.1 keeps the tenant on the definition, so its schedules have none. */
export function tenantOfSchedule(tenant: string, family: EngineFamily): string {
  return family === '3.1' ? '' : tenant
}

/** Equal but for the start, which is chosen when it is written. */
export function isSameSchedule(a: ScheduleContent, b: ScheduleContent): boolean {
  const plain = (content: ScheduleContent): string =>
    JSON.stringify(sortKeys({ ...content, starts_at: null }))
  return plain(a) === plain(b)
}
