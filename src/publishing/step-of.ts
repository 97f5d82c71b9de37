import { must } from '../lib/must.ts'
import {
  createStep,
  deleteStep,
  offlineStep,
  onlineStep,
  updateStep,
  type StepContext,
} from './engine-steps.ts'
import type { StepName } from './plan-steps.ts'
import type { Step } from './saga.ts'
import {
  scheduleCreateStep,
  scheduleDeleteStep,
  scheduleOfflineStep,
  scheduleOnlineStep,
  scheduleUpdateStep,
} from './schedule-steps.ts'

/** The engine call behind a step of the plan. */
export function stepOf(context: StepContext, name: Exclude<StepName, 'read_back'>): Step {
  const { plan } = context
  const { schedule, definition } = plan.desired
  switch (name) {
    case 'offline':
      return offlineStep(context, name)
    case 'create':
      return createStep(context, must(definition, 'a create has a definition'))
    case 'update':
      return updateStep(context, must(definition, 'an update has a definition'))
    case 'online':
      return onlineStep(context, name)
    case 'schedule_offline':
      return scheduleOfflineStep(context, name)
    case 'schedule_create':
      return scheduleCreateStep(context, { name, content: must(schedule, 'a schedule to create') })
    case 'schedule_update':
      return scheduleUpdateStep(context, { name, content: must(schedule, 'a schedule to save') })
    case 'schedule_online':
      return scheduleOnlineStep(context, name)
    case 'schedule_delete':
      return scheduleDeleteStep(context, name)
    case 'delete':
      return deleteStep(context, name)
  }
}
