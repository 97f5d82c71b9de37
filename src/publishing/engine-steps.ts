import { z } from 'zod'
import type { Engine } from '../engine/engine.ts'
import type { CallOptions } from '../engine/engine.ts'
import { AppError, isAppError } from '../lib/errors.ts'
import type { Clock } from '../lib/time.ts'
import { readLiveState } from './live-state.ts'
import { must } from '../lib/must.ts'
import { isOurs } from './ownership.ts'
import type { Plan } from './plan.ts'
import { isSameDefinition } from './plan-steps.ts'
import type { Saga, Step } from './saga.ts'

export interface StepContext {
  readonly engine: Engine
  readonly plan: Plan
  readonly saga: Saga
  readonly skewMs: number
  readonly now: Clock
}

/** What a create answers. */
export const Created = z.object({ code: z.string() })

/** The definition's code: known before, or from the journal of the create. */
export function codeOf({ plan, saga }: Pick<StepContext, 'plan' | 'saga'>): string {
  const created = Created.safeParse(saga.resultOf('create'))
  return must(
    plan.live?.code ?? (created.success ? created.data.code : null),
    'the definition has a code by now',
  )
}

/** Somebody else's delete in the middle is an outcome, not a fault of ours. */
export function stillThere<T>(found: T | null, what: 'definition' | 'schedule'): T {
  if (found !== null) return found
  throw new AppError(
    'conflict',
    'publication.stale_plan',
    `somebody deleted the ${what} on the engine meanwhile`,
  )
}

export const DONE = { done: true }

export function at(context: StepContext) {
  return { projectCode: context.plan.project_code, code: codeOf(context) }
}

export function offlineStep(context: StepContext, name: string): Step {
  const { engine } = context
  return {
    name,
    intent: { code: codeOf(context) },
    look: async (options) =>
      (await engine.findDefinition(at(context), options))?.isOnline === false ? DONE : null,
    act: (options) => engine.setDefinitionOffline(at(context), options),
  }
}

export function onlineStep(context: StepContext, name: string): Step {
  const { engine } = context
  return {
    name,
    intent: { code: codeOf(context) },
    look: async (options) =>
      (await engine.findDefinition(at(context), options))?.isOnline === true ? DONE : null,
    act: (options) => engine.setDefinitionOnline(at(context), options),
  }
}

/** Looked for by name after a lost answer; ours only with the marker and the task codes we made. */
export function createStep(
  { engine, plan }: StepContext,
  definition: NonNullable<Plan['desired']['definition']>,
): Step {
  const { project_code: projectCode, tenant } = plan
  const look = async (options: CallOptions): Promise<{ readonly code: string } | null> => {
    const found = await engine.findDefinitionByName({ projectCode, name: definition.name }, options)
    if (!found) return null
    if (isOurs(found.definition, plan.workflow_id, plan.task_codes)) return { code: found.code }
    throw new AppError(
      'conflict',
      'engine.conflict',
      `another definition named "${definition.name}" appeared on the engine`,
    )
  }
  return {
    name: 'create',
    intent: { name: definition.name, task_codes: plan.task_codes },
    look,
    async act(options) {
      try {
        const input = { projectCode, definition, layout: {}, tenant }
        return { code: await engine.createDefinition(input, options) }
      } catch (error) {
        // A request that a proxy sent twice is refused the second time, for what the first one made.
        const own = isAppError(error, 'conflict') ? await look(options) : null
        if (own === null) throw error
        return own
      }
    },
  }
}

/** What an update answers: the engine's number before it. */
export const Saved = z.object({ version_before: z.int() })

export function updateStep(
  context: StepContext,
  definition: NonNullable<Plan['desired']['definition']>,
): Step {
  const { engine, plan, saga } = context
  return {
    name: 'update',
    intent: { code: codeOf(context), engine_version: plan.live?.engine_version ?? null },
    async look(options) {
      const live = await engine.findDefinition(at(context), options)
      if (!live || !isSameDefinition(live.definition, definition)) return null
      const noted = Saved.safeParse(saga.resultOf('update'))
      return noted.success ? noted.data : { version_before: plan.live?.engine_version ?? null }
    },
    async act(options, note) {
      const live = stillThere(await engine.findDefinition(at(context), options), 'definition')
      const before = plan.live?.definition
      if (before && !isSameDefinition(live.definition, before)) {
        throw new AppError(
          'conflict',
          'publication.stale_plan',
          'somebody edited the definition on the engine while it was being published',
        )
      }
      // A save that changes nothing may have raised the number since the plan.
      const saved = { version_before: live.version }
      await note(saved)
      await engine.updateDefinition(
        {
          ...at(context),
          definition,
          // Nothing is moved: only new tasks get a place.
          layout: live.layout,
          tenant: plan.tenant,
          taskVersions: live.taskVersions,
        },
        options,
      )
      return saved
    },
  }
}

/** What a step answers whose delete the engine refused. */
export const NotRemoved = z.object({ not_removed: z.string() })

/** The engine lets only its owner delete: what it refuses stays, offline, and is named. */
export async function unlessNotOwner(work: () => Promise<void>): Promise<unknown> {
  try {
    await work()
    return DONE
  } catch (error) {
    if (isAppError(error) && error.code === 'engine.forbidden') return { not_removed: 'not_owner' }
    throw error
  }
}

export function deleteStep(context: StepContext, name: string): Step {
  return {
    name,
    intent: { code: codeOf(context) },
    look: async (options) =>
      (await context.engine.findDefinition(at(context), options)) ? null : DONE,
    act: (options) => unlessNotOwner(() => context.engine.deleteDefinition(at(context), options)),
  }
}

/** What the engine holds now. */
export async function readBack(context: StepContext, options: CallOptions) {
  const { plan } = context
  // An undeploy of what somebody deleted there has nothing to look at.
  if (plan.desired.definition === null && plan.live === null) return null
  return readLiveState(context.engine, at(context), options)
}
