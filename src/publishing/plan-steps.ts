import { isDeepStrictEqual } from 'node:util'
import type { EngineDefinition } from '../engine/definition.ts'
import { isSameSchedule } from './live-state.ts'
import type { DesiredState, LiveState } from './plan.ts'

/** One engine call each, in the only order that the engine takes. */
export const STEP_NAMES = [
  'schedule_offline',
  'offline',
  'create',
  'update',
  'online',
  'schedule_create',
  'schedule_update',
  'schedule_delete',
  'schedule_online',
  'delete',
  'read_back',
] as const
export type StepName = (typeof STEP_NAMES)[number]

/**
 * Edits need the definition offline, schedules need it online, offline takes the schedule down and
 * online does not bring it back. A switch of the version on the engine leaves the schedule online
 * and takes the definition offline: so each is asked for its own state.
 */
export function stepNames(desired: DesiredState, live: LiveState | null): StepName[] {
  const steps = new Set<StepName>(
    desired.definition === null ? undeploySteps(live) : saveSteps(desired, live),
  )
  return STEP_NAMES.filter((name) => name === 'read_back' || steps.has(name))
}

function undeploySteps(live: LiveState | null): StepName[] {
  if (live === null) return []
  const [schedule] = live.schedules
  return [
    ...(live.is_online ? (['offline'] as const) : []),
    ...(schedule?.is_online && !live.is_online ? (['schedule_offline'] as const) : []),
    ...(schedule ? (['schedule_delete'] as const) : []),
    'delete',
  ]
}

function saveSteps(desired: DesiredState, live: LiveState | null): StepName[] {
  const { definition } = desired
  const isEdited = live && definition && !isSameDefinition(live.definition, definition)
  const goesOffline = live !== null && live.is_online && (isEdited || !desired.is_online)
  const isOfflineThen = live === null || !live.is_online || goesOffline
  return [
    ...(goesOffline ? (['offline'] as const) : []),
    ...(live === null ? (['create'] as const) : []),
    ...(isEdited ? (['update'] as const) : []),
    ...(desired.is_online && isOfflineThen ? (['online'] as const) : []),
    ...scheduleSteps(desired, live, goesOffline),
  ]
}

function scheduleSteps(
  desired: DesiredState,
  live: LiveState | null,
  isTakenDown: boolean,
): StepName[] {
  const current = live?.schedules[0] ?? null
  const isUp = current !== null && current.is_online && !isTakenDown
  const down = isUp ? (['schedule_offline'] as const) : []
  if (desired.schedule === null) return current ? [...down, 'schedule_delete'] : []
  if (!desired.is_online) return [...down]
  // A schedule that comes back gets a new start, so that no fire runs twice and none is lost unseen.
  const isChanged = current === null || !isSameSchedule(current.content, desired.schedule)
  const comesUp = desired.is_schedule_online && !isUp
  const steps: StepName[] = []
  if (isChanged || !desired.is_schedule_online) steps.push(...down)
  if (current === null) steps.push('schedule_create')
  else if (isChanged || comesUp) steps.push('schedule_update')
  if (desired.is_schedule_online && (comesUp || isChanged)) steps.push('schedule_online')
  return steps
}

/** A tenant that one of them does not tell is no difference: most families, and what was kept before. */
export function isSameDefinition(a: EngineDefinition, b: EngineDefinition): boolean {
  const { tenant: tenantOfA, ...restOfA } = a
  const { tenant: tenantOfB, ...restOfB } = b
  if (tenantOfA !== undefined && tenantOfB !== undefined && tenantOfA !== tenantOfB) return false
  return isDeepStrictEqual(JSON.parse(JSON.stringify(restOfA)), JSON.parse(JSON.stringify(restOfB)))
}
