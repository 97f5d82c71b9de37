import type { CallOptions } from '../engine/engine.ts'
import { addMs } from '../lib/time.ts'
import { toEngineSchedule } from './desired-schedule.ts'
import { at, codeOf, DONE, stillThere, unlessNotOwner, type StepContext } from './engine-steps.ts'
import type { ScheduleContent } from './plan.ts'
import type { Step } from './saga.ts'
import { scheduleStart } from './start-time.ts'

async function onlySchedule(context: StepContext, options: CallOptions) {
  const schedules = await context.engine.findSchedules(at(context), options)
  return schedules[0] ?? null
}

function ref(context: StepContext, scheduleId: number) {
  return { projectCode: context.plan.project_code, definitionCode: codeOf(context), scheduleId }
}

export function scheduleOfflineStep(context: StepContext, name: string): Step {
  return {
    name,
    intent: { code: codeOf(context) },
    look: async (options) =>
      (await onlySchedule(context, options))?.isOnline === true ? null : DONE,
    async act(options) {
      const schedule = await onlySchedule(context, options)
      if (schedule) await context.engine.setScheduleOffline(ref(context, schedule.id), options)
    },
  }
}

/** One schedule, never a second: 3.1 takes a second one and breaks. */
export function scheduleCreateStep(
  context: StepContext,
  { name, content }: { readonly name: string; readonly content: ScheduleContent },
): Step {
  return {
    name,
    intent: content,
    look: async (options) => {
      const schedule = await onlySchedule(context, options)
      return schedule && { starts_at: schedule.schedule.startsAt.toISOString() }
    },
    async act(options) {
      const startsAt = startOf(context, content)
      if (!(await onlySchedule(context, options)))
        await context.engine.createSchedule(
          at(context),
          toEngineSchedule(content, startsAt),
          options,
        )
      return { starts_at: startsAt.toISOString() }
    },
  }
}

/** Saved while it is down; a repeat only chooses a later start. */
export function scheduleUpdateStep(
  context: StepContext,
  { name, content }: { readonly name: string; readonly content: ScheduleContent },
): Step {
  return {
    name,
    intent: content,
    look: () => Promise.resolve(null),
    async act(options) {
      const schedule = stillThere(await onlySchedule(context, options), 'schedule')
      const startsAt = startOf(context, content)
      await context.engine.updateSchedule(
        ref(context, schedule.id),
        toEngineSchedule(content, startsAt),
        options,
      )
      return { starts_at: startsAt.toISOString() }
    },
  }
}

/** Whichever of them took the schedule down. */
const DOWN_STEPS = ['offline', 'schedule_offline', 'undo_offline', 'undo_schedule_offline']

function startOf({ engine, saga, now, skewMs }: StepContext, content: ScheduleContent): Date {
  const down = DOWN_STEPS.map((name) => saga.endedAt(name)).find((ended) => ended !== null) ?? null
  return scheduleStart({
    family: engine.family,
    engineNow: addMs(now(), skewMs),
    downSince: down && addMs(down, skewMs),
    wished: content.starts_at === null ? null : new Date(content.starts_at),
    endsAt: new Date(content.ends_at),
  })
}

export function scheduleOnlineStep(context: StepContext, name: string): Step {
  return {
    name,
    intent: { code: codeOf(context) },
    look: async (options) =>
      (await onlySchedule(context, options))?.isOnline === true ? DONE : null,
    async act(options) {
      const schedule = stillThere(await onlySchedule(context, options), 'schedule')
      await context.engine.setScheduleOnline(ref(context, schedule.id), options)
    },
  }
}

export function scheduleDeleteStep(context: StepContext, name: string): Step {
  return {
    name,
    intent: { code: codeOf(context) },
    look: async (options) => ((await onlySchedule(context, options)) ? null : DONE),
    async act(options) {
      const schedule = await onlySchedule(context, options)
      if (!schedule) return DONE
      return unlessNotOwner(() => context.engine.deleteSchedule(ref(context, schedule.id), options))
    },
  }
}
