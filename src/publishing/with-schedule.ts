import type { WorkflowDocument } from '../definition/document.ts'
import type { ScheduleContent } from './plan.ts'
import { specOf } from './schedule-spec.ts'

/** How runs are to go is kept on the schedule; where there is none, only the version says it. */
export function withSchedule(
  live: WorkflowDocument,
  content: ScheduleContent | null,
  { settings, schedule }: WorkflowDocument,
): WorkflowDocument {
  const { worker_group: _group, environment: _environment, ...runs } = settings
  const said = { ...live.settings, ...runs, ...definitionSettings(live) }
  if (!content) return { ...live, settings: said }
  return {
    ...live,
    settings: {
      ...said,
      on_failure: content.on_failure,
      priority: content.priority,
      warning: { ...settings.warning, type: content.warning_type },
    },
    schedule: specOf(content, schedule),
  }
}

function definitionSettings({ settings }: WorkflowDocument) {
  return { concurrency: settings.concurrency, timeout_min: settings.timeout_min }
}
