import { structuredPatch } from 'diff'
import type { DiffSummary, DocumentDiff, FieldChange } from './diff.ts'

/** The diff as a person reads it: one line a change, line hunks for scripts. */
export function renderDiff(diff: DocumentDiff): string {
  if (diff.is_empty) return 'no changes\n'
  const { tasks, edges } = diff
  const effort: Effort = { editsLeft: MAX_EDITS }
  const lines = [
    ...tasks.added.flatMap((task) => renderAdded(task, effort)),
    ...tasks.removed.map((task) => `- task ${task.key} (${task.type})`),
    ...tasks.renamed.map((task) => `~ task ${task.from_key} is now ${task.to_key}`),
    ...tasks.changed.flatMap((task) =>
      task.fields.flatMap((change) => renderChange(`task ${task.key}`, change, effort)),
    ),
    ...edges.added.map((edge) => `+ ${edge.from} → ${edge.to}`),
    ...edges.removed.map((edge) => `- ${edge.from} → ${edge.to}`),
    ...diff.params.flatMap((change) => renderChange('parameter', change, effort)),
    ...diff.outputs.flatMap((change) => renderChange('output', change, effort)),
    ...diff.settings.flatMap((change) => renderChange('setting', change, effort)),
    ...diff.schedule.flatMap((change) => renderChange('schedule', change, effort)),
    ...diff.document.flatMap((change) => renderChange('workflow', change, effort)),
  ]
  return `${lines.join('\n')}\n`
}

function renderAdded(
  { key, type, fields }: DocumentDiff['tasks']['added'][number],
  effort: Effort,
): readonly string[] {
  return [
    `+ task ${key} (${type})`,
    ...fields.flatMap((change) => renderChange(`task ${key}`, change, effort)),
  ]
}

/** Who approves it reads all of a text; so many lines in all. */
function renderNew(what: string, after: FieldChange['after'], effort: Effort): readonly string[] {
  if (typeof after !== 'string' || !after.includes('\n')) return [`+ ${what}: ${show(after)}`]
  const lines = after.split('\n')
  const shown = lines.slice(0, Math.max(SHOWN_LINES, effort.editsLeft))
  effort.editsLeft -= shown.length
  const more = lines.length - shown.length
  return [
    `+ ${what}:`,
    ...shown.map((line) => `    +${line}`),
    ...(more > 0 ? [`    +… ${more} more lines`] : []),
  ]
}

function renderChange(
  what: string,
  { field, before, after }: FieldChange,
  effort: Effort,
): readonly string[] {
  if (before === null) return renderNew(`${what} ${field}`, after, effort)
  if (after === null) return [`- ${what} ${field}: ${show(before)}`]
  if (typeof before === 'string' && typeof after === 'string' && /\n/.test(before + after)) {
    return [`~ ${what} ${field}:`, ...hunks(before, after, effort).map((line) => `    ${line}`)]
  }
  return [`~ ${what} ${field}: ${show(before)} → ${show(after)}`]
}

function show(value: FieldChange['before']): string {
  return JSON.stringify(value)
}

/** Comparing lines costs the square of what changed: so much of it in one text, and in all together. */
const MAX_EDITS_OF_TEXT = 1_000
const MAX_EDITS = 5_000
interface Effort {
  editsLeft: number
}

function hunks(before: string, after: string, effort: Effort): readonly string[] {
  const patch = structuredPatch('', '', before, after, '', '', {
    context: 2,
    maxEditLength: Math.min(MAX_EDITS_OF_TEXT, effort.editsLeft),
  })
  if (!patch) return rewritten(before, after)
  const lines = patch.hunks.flatMap((hunk) => [`@@ line ${hunk.newStart} @@`, ...hunk.lines])
  effort.editsLeft -= lines.filter((line) => /^[+-]/.test(line)).length
  return lines
}

const SHOWN_LINES = 20

/** Too much changed to say what became what. */
function rewritten(before: string, after: string): readonly string[] {
  const [old, now] = [before.split('\n'), after.split('\n')]
  const some = (lines: readonly string[], sign: string): string[] => [
    ...lines.slice(0, SHOWN_LINES).map((line) => `${sign}${line}`),
    ...(lines.length > SHOWN_LINES ? [`${sign}… ${lines.length - SHOWN_LINES} more lines`] : []),
  ]
  return [
    `@@ rewritten: ${old.length} lines became ${now.length} @@`,
    ...some(old, '-'),
    ...some(now, '+'),
  ]
}

/** The counts as one sentence: `2 tasks added, 1 task changed`. */
export function summarySentence(summary: DiffSummary): string {
  const counts = [
    [summary.tasks_added, 'task', 'added'],
    [summary.tasks_removed, 'task', 'removed'],
    [summary.tasks_renamed, 'task', 'renamed'],
    [summary.tasks_changed, 'task', 'changed'],
    [summary.edges_changed, 'edge', 'changed'],
    [summary.other_changes, 'other field', 'changed'],
  ] as const
  const parts = counts
    .filter(([count]) => count > 0)
    .map(([count, noun, verb]) => `${count} ${noun}${count === 1 ? '' : 's'} ${verb}`)
  return parts.length === 0 ? 'no changes' : parts.join(', ')
}
