import type { WorkflowDocument } from '../definition/document.ts'
import type { Bindings } from '../engine/engine.ts'
import type { ScheduleContent } from './plan.ts'
import { specOf } from './schedule-spec.ts'

type Names = Pick<Bindings, 'alertGroupIds' | 'defaultTenant'>

/**
 * The tenant and the alert group, which only a schedule holds, as the environment names them. A
 * group that nobody named stays as `said` has it.
 */
export function withScheduleNames(
  live: WorkflowDocument,
  content: ScheduleContent | null,
  { names, said }: { readonly names: Names; readonly said: WorkflowDocument },
): WorkflowDocument {
  if (!content) return live
  const { tenant: onDefinition, ...settings } = live.settings
  const { alert_group: _group, ...warning } = settings.warning
  const group = groupOf(content, names, said)
  const tenant = content.tenant === '' ? onDefinition : tenantOf(content, names, said)
  return {
    ...live,
    settings: {
      ...settings,
      ...(tenant === undefined ? {} : { tenant }),
      warning: { ...warning, ...(group === undefined ? {} : { alert_group: group }) },
    },
  }
}

/** Where the version leaves the tenant to the environment, the environment's own is no change. */
function tenantOf(
  { tenant }: ScheduleContent,
  { defaultTenant }: Names,
  said: WorkflowDocument,
): string | undefined {
  return said.settings.tenant === undefined && tenant === defaultTenant ? undefined : tenant
}

function groupOf(
  { warning_group_id: id }: ScheduleContent,
  { alertGroupIds }: Names,
  said: WorkflowDocument,
): string | undefined {
  if (id === 0) return undefined
  const known = Object.entries(alertGroupIds).find(([, value]) => value === id)
  return known ? known[0] : said.settings.warning.alert_group
}

/** How runs are to go is kept on the schedule; where there is none, only the version says it. */
export function withSchedule(
  live: WorkflowDocument,
  content: ScheduleContent | null,
  { settings, schedule }: WorkflowDocument,
): WorkflowDocument {
  const { worker_group: _group, environment: _environment, ...runs } = settings
  const said = { ...live.settings, ...runs, ...definitionSettings(live) }
  if (!content) return { ...live, settings: said }
  const { tenant: ours, ...rest } = said
  const tenant = content.tenant === '' ? ours : live.settings.tenant
  return {
    ...live,
    settings: {
      ...rest,
      ...(tenant === undefined ? {} : { tenant }),
      on_failure: content.on_failure,
      priority: content.priority,
      warning: { ...live.settings.warning, type: content.warning_type },
    },
    schedule: specOf(content, schedule),
  }
}

function definitionSettings({ settings }: WorkflowDocument) {
  return { concurrency: settings.concurrency, timeout_min: settings.timeout_min }
}
