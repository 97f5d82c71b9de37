import { isNoAnswer } from '../engine/outcome.ts'
import type { CallOptions, Engine } from '../engine/engine.ts'
import { AppError, isAppError } from '../lib/errors.ts'
import { must } from '../lib/must.ts'
import {
  codeOf,
  deleteStep,
  NotRemoved,
  offlineStep,
  onlineStep,
  readBack,
  stillThere,
  type StepContext,
} from './engine-steps.ts'
import {
  scheduleCreateStep,
  scheduleDeleteStep,
  scheduleOfflineStep,
  scheduleOnlineStep,
  scheduleUpdateStep,
} from './schedule-steps.ts'
import { isSameSchedule } from './live-state.ts'
import { isOurs } from './ownership.ts'
import type { LiveState } from './plan.ts'
import { isSameDefinition } from './plan-steps.ts'
import type { Saga, Step } from './saga.ts'

const STAYS = 'the engine lets only its owner and administrators delete it: it stays there, offline'

export interface Compensation {
  readonly context: StepContext
  /** The journal of the compensation itself. */
  readonly undo: Saga
  readonly options: CallOptions
}

export interface Compensated {
  /** What could not be put back, each by its name. */
  readonly notRestored: readonly string[]
  /** The engine afterwards; null: there is no definition. */
  readonly live: LiveState | null
}

/**
 * What ran before runs again: content, online state and schedule as the plan saw them.
 * @throws when the engine does not answer, or refuses to be asked at all
 */
export async function compensate({ context, undo, options }: Compensation): Promise<Compensated> {
  const { plan } = context
  if (plan.live === null) {
    const notRestored = await removeCreated({ context, undo, options })
    return { notRestored, live: null }
  }
  const undoing: StepContext = { ...context, saga: undo }
  const live = await readBack(context, options)
  if (!live) return { notRestored: ['the definition was deleted on the engine'], live: null }
  const left = isForeign(context, { before: plan.live, live })
    ? ['definition: somebody edited it on the engine meanwhile; their edit stays']
    : []
  for (const step of stepsBack(undoing, { before: plan.live, live }))
    left.push(...(await attempt(undo, step)))
  const now = await readBack(context, options)
  if (isSwitched(plan.live) && now?.schedules[0]?.is_online === false)
    left.push('schedule: it was online while its workflow was offline, and is offline now')
  return { notRestored: left, live: now }
}

/** As a switch of the version leaves it: no call of ours brings it back. */
function isSwitched({ is_online: isOnline, schedules }: LiveState): boolean {
  return !isOnline && schedules[0]?.is_online === true
}

/** A first deploy that failed leaves nothing behind. */
async function removeCreated({ context, undo, options }: Compensation): Promise<string[]> {
  const { engine, plan } = context
  const code = await findCreated(engine, context, options)
  if (code === null) return []
  const known: Saga = {
    ...undo,
    resultOf: (name) => (name === 'create' ? { code } : undo.resultOf(name)),
  }
  const undoing: StepContext = {
    engine,
    plan,
    saga: known,
    skewMs: context.skewMs,
    now: context.now,
  }
  const before = [
    ...(await attempt(undo, offlineStep(undoing, 'undo_offline'))),
    ...(await attempt(undo, scheduleDeleteStep(undoing, 'undo_schedule_delete'))),
  ]
  const definition = await attempt(undo, deleteStep(undoing, 'undo_delete'))
  // With the definition goes its schedule, whatever was refused before.
  return definition.length === 0 ? [] : [...before, ...definition]
}

async function findCreated(
  engine: Engine,
  context: StepContext,
  options: CallOptions,
): Promise<string | null> {
  const { plan, saga } = context
  if (saga.resultOf('create') !== null) return codeOf(context)
  const definition = must(plan.desired.definition, 'a first deploy has a definition')
  const found = await engine.findDefinitionByName(
    { projectCode: plan.project_code, name: definition.name },
    options,
  )
  return found && isOurs(found.definition, plan.workflow_id, plan.task_codes) ? found.code : null
}

interface Change {
  readonly before: LiveState
  readonly live: LiveState
}

/** Our own content, which is ours to take back. */
function isOurEdit({ plan }: StepContext, { before, live }: Change): boolean {
  const { definition } = plan.desired
  return (
    definition !== null &&
    isSameDefinition(live.definition, definition) &&
    !isSameDefinition(live.definition, before.definition)
  )
}

/** Neither what was there nor what we wrote: somebody else's, and not ours to throw away. */
function isForeign(context: StepContext, change: Change): boolean {
  const { before, live } = change
  return !isOurEdit(context, change) && !isSameDefinition(live.definition, before.definition)
}

function stepsBack(context: StepContext, change: Change): readonly Step[] {
  const { before, live } = change
  const isEdited = isOurEdit(context, change)
  const goesDown = live.is_online && (isEdited || !before.is_online)
  const comesUp = before.is_online && (goesDown || !live.is_online)
  return [
    ...(goesDown ? [offlineStep(context, 'undo_offline')] : []),
    ...(isEdited ? [restoreStep(context, before)] : []),
    ...(comesUp ? [onlineStep(context, 'undo_online')] : []),
    ...scheduleStepsBack(context, change, goesDown),
  ]
}

function scheduleStepsBack(
  context: StepContext,
  { before, live }: Change,
  isTakenDown: boolean,
): readonly Step[] {
  const schedule = before.schedules[0] ?? null
  const current = live.schedules[0] ?? null
  const isUp = current !== null && current.is_online && !isTakenDown
  const down = isUp ? [scheduleOfflineStep(context, 'undo_schedule_offline')] : []
  if (schedule === null)
    return current ? [...down, scheduleDeleteStep(context, 'undo_schedule_delete')] : []
  const { content } = schedule
  const isWantedUp = schedule.is_online && (before.is_online || isUp)
  const up = isWantedUp ? [scheduleOnlineStep(context, 'undo_schedule_online')] : []
  if (current === null)
    return [scheduleCreateStep(context, { name: 'undo_schedule_create', content }), ...up]
  if (isSameSchedule(current.content, content)) {
    if (isUp === isWantedUp) return []
    if (!isWantedUp) return down
  }
  return [...down, scheduleUpdateStep(context, { name: 'undo_schedule_update', content }), ...up]
}

/** The old content as a new engine version: the engine's numbers never go back. */
function restoreStep(context: StepContext, before: LiveState): Step {
  const { engine, plan } = context
  const at = { projectCode: plan.project_code, code: before.code }
  return {
    name: 'undo_update',
    intent: { engine_version: before.engine_version },
    async look(options) {
      const live = await engine.findDefinition(at, options)
      return live && isSameDefinition(live.definition, before.definition) ? { done: true } : null
    },
    async act(options) {
      const live = stillThere(await engine.findDefinition(at, options), 'definition')
      const { definition } = plan.desired
      if (definition && !isSameDefinition(live.definition, definition))
        throw new AppError(
          'conflict',
          'publication.stale_plan',
          'somebody edited it on the engine meanwhile; their edit stays',
        )
      await engine.updateDefinition(
        {
          ...at,
          definition: before.definition,
          // Those that our own edit took away come back to where they were.
          layout: { ...before.layout, ...live.layout },
          tenant: plan.tenant,
          taskVersions: live.taskVersions,
        },
        options,
      )
    },
  }
}

/** A refusal is noted and the rest goes on; all else stops, to be repeated: no answer, a token that is none, a fault of ours. */
async function attempt(undo: Saga, step: Step): Promise<string[]> {
  try {
    const result = NotRemoved.safeParse(await undo.run(step))
    return result.success ? [`${nameOf(step)}: ${STAYS}`] : []
  } catch (error) {
    if (!isAppError(error) || isNoAnswer(error) || error.code === 'engine.unauthenticated')
      throw error
    return [`${nameOf(step)}: ${error.message}`]
  }
}

const nameOf = (step: Step): string => step.name.replace('undo_', '')
