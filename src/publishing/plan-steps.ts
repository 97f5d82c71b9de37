import { isDeepStrictEqual } from 'node:util'
import type { EngineDefinition } from '../engine/definition.ts'
import { isSameSchedule } from './live-state.ts'
import type { DesiredState, LiveState } from './plan.ts'

/** One engine call each, in the only order that the engine takes. */
export const STEP_NAMES = [
  'offline',
  'create',
  'update',
  'online',
  'schedule_offline',
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
 * online does not bring it back.
 */
export function stepNames(desired: DesiredState, live: LiveState | null): StepName[] {
  if (desired.definition === null) return live ? undeploySteps(live) : ['read_back']
  const isEdited = live !== null && !isSameDefinition(live.definition, desired.definition)
  const goesOffline = live !== null && live.is_online && (isEdited || !desired.is_online)
  const isOfflineThen = live === null || !live.is_online || goesOffline
  return [
    ...(goesOffline ? (['offline'] as const) : []),
    ...(live === null ? (['create'] as const) : []),
    ...(isEdited ? (['update'] as const) : []),
    ...(desired.is_online && isOfflineThen ? (['online'] as const) : []),
    ...scheduleSteps(desired, live, goesOffline),
    'read_back',
  ]
}

function undeploySteps(live: LiveState): StepName[] {
  return [
    ...(live.is_online ? (['offline'] as const) : []),
    ...(live.schedules.length > 0 ? (['schedule_delete'] as const) : []),
    'delete',
    'read_back',
  ]
}

function scheduleSteps(
  desired: DesiredState,
  live: LiveState | null,
  isTakenDown: boolean,
): StepName[] {
  const current = live?.schedules[0] ?? null
  const isUp = current !== null && current.is_online && !isTakenDown
  if (desired.schedule === null)
    return current ? [...(isUp ? (['schedule_offline'] as const) : []), 'schedule_delete'] : []
  if (!desired.is_online) return []
  // A schedule that comes back gets a new start, so that no fire runs twice and none is lost unseen.
  const isChanged = current === null || !isSameSchedule(current.content, desired.schedule)
  const comesUp = desired.is_schedule_online && !isUp
  const steps: StepName[] = []
  if (isUp && (isChanged || !desired.is_schedule_online)) steps.push('schedule_offline')
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
