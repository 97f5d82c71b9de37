import { diffDocuments } from '../definition/diff.ts'
import { renderDiff } from '../definition/diff-text.ts'
import { enginePart } from '../definition/engine-part.ts'
import type { WorkflowDocument } from '../definition/document.ts'
import type { Bindings } from '../engine/engine.ts'
import type { DefinitionHead } from '../engine/definition.ts'
import { isAppError, type AppError } from '../lib/errors.ts'
import { isSameSchedule } from '../publishing/live-state.ts'
import type { LiveState } from '../publishing/plan.ts'
import { isSameDefinition } from '../publishing/plan-steps.ts'
import { scheduleFieldChanges } from './schedule-fields.ts'
import { DRIFT_PARTS, type DriftDetail } from './drift.ts'

/** What was read back after the last publication, and what is there now. */
export interface Compared {
  readonly before: LiveState
  readonly now: LiveState
  readonly head: DefinitionHead
  readonly names: Pick<Bindings, 'alertGroupIds' | 'environmentCodes'>
  readonly toDocument: (live: LiveState) => WorkflowDocument
}

/** null: nothing that a person could have set differs. */
export function compareLive(compared: Compared): DriftDetail | null {
  const { before, now, head } = compared
  const [scheduleBefore, scheduleNow] = [before.schedules[0] ?? null, now.schedules[0] ?? null]
  const isScheduleSame =
    scheduleBefore && scheduleNow
      ? isSameSchedule(scheduleBefore.content, scheduleNow.content)
      : scheduleBefore === scheduleNow
  const changed: Readonly<Record<DriftDetail['parts'][number], boolean>> = {
    definition: !isSameDefinition(before.definition, now.definition),
    online: before.is_online !== now.is_online,
    schedule: !isScheduleSame,
    schedule_online: (scheduleBefore?.is_online ?? false) !== (scheduleNow?.is_online ?? false),
    schedules: now.schedules.length > 1,
  }
  const parts = DRIFT_PARTS.filter((part) => changed[part])
  if (parts.length === 0) return null
  return {
    parts,
    text: [
      ...documentLines(compared),
      ...scheduleLines(compared),
      ...stateLines(changed, now),
    ].join(''),
    engine_version: now.engine_version,
    ...(changed.definition
      ? lastSavedBy(head)
      : // Of schedules and releases the engine does not tell: who saved the definition last did not do it.
        { modified_by: null, modified_at: null }),
  }
}

/** What was read back could be read: since then somebody saved what cannot. */
export function unreadableDetail(head: DefinitionHead, why: AppError): DriftDetail {
  return {
    parts: ['definition'],
    text: `~ the engine's definition cannot be read: ${why.message}\n`,
    engine_version: head.version,
    ...lastSavedBy(head),
  }
}

function lastSavedBy(head: DefinitionHead): Pick<DriftDetail, 'modified_by' | 'modified_at'> {
  return { modified_by: head.modifiedBy, modified_at: head.updatedAt.toISOString() }
}

function documentLines({ before, now, toDocument }: Compared): readonly string[] {
  try {
    const diff = diffDocuments(enginePart(toDocument(before)), enginePart(toDocument(now)))
    return diff.is_empty ? [] : [renderDiff(diff)]
  } catch (error) {
    if (!isAppError(error, 'invalid')) throw error
    return error.issues.map(
      ({ message }) => `~ the engine holds what a document cannot say: ${message}\n`,
    )
  }
}

/** A document says its tenant and alert group, and of these two only what tasks are to have. */
const ONLY_ON_SCHEDULE: ReadonlySet<string> = new Set(['worker group', 'environment'])

function scheduleLines({ before, now, names }: Compared): readonly string[] {
  const [was, is] = [before.schedules[0]?.content, now.schedules[0]?.content]
  if (!was || !is) return []
  return scheduleFieldChanges(was, is, names)
    .filter(({ field, isUnnamed }) => ONLY_ON_SCHEDULE.has(field) || isUnnamed)
    .map(({ field, from, to }) => `~ the schedule's ${field}: ${from} → ${to}\n`)
}

function stateLines(
  changed: Readonly<Record<DriftDetail['parts'][number], boolean>>,
  now: LiveState,
): readonly string[] {
  const isUp = now.schedules[0]?.is_online ?? false
  return [
    ...(changed.online ? [`~ it is ${now.is_online ? 'online' : 'offline'} now\n`] : []),
    ...(changed.schedule && now.schedules.length === 0 ? ['- the schedule was deleted\n'] : []),
    ...(changed.schedule_online ? [`~ the schedule is ${isUp ? 'online' : 'offline'} now\n`] : []),
    ...(changed.schedules ? [`+ there are ${now.schedules.length} schedules now\n`] : []),
  ]
}
