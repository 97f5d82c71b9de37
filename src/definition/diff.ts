import { z } from 'zod'
import { AnyJson } from '../lib/any-json.ts'
import { canonicalDocument, sortKeys } from './canonical.ts'
import { WorkflowDocument } from './document.ts'
import { Task } from './task.ts'

const FieldChange = z.object({ field: z.string(), before: AnyJson, after: AnyJson })
const TaskName = z.object({ key: z.string(), name: z.string(), type: z.string() })
const Edge = z.object({ from: z.string(), to: z.string() })

/** What changed between two documents, by meaning; as JSON for the API, as text by `renderDiff`. */
export const DocumentDiff = z.object({
  is_empty: z.boolean(),
  tasks: z.object({
    /** With every field that says more than its default. */
    added: z.array(TaskName.extend({ fields: z.array(FieldChange).default([]) })),
    removed: z.array(TaskName),
    /** The same content under another key. */
    renamed: z.array(z.object({ from_key: z.string(), to_key: z.string() })),
    changed: z.array(z.object({ key: z.string(), fields: z.array(FieldChange) })),
  }),
  edges: z.object({ added: z.array(Edge), removed: z.array(Edge) }),
  params: z.array(FieldChange),
  outputs: z.array(FieldChange),
  settings: z.array(FieldChange),
  schedule: z.array(FieldChange),
  /** Name, description, owner, tags. */
  document: z.array(FieldChange),
})
export type DocumentDiff = z.output<typeof DocumentDiff>
export type FieldChange = z.output<typeof FieldChange>

const BARE_TASK = { key: 'bare', type: 'shell', script: '-' } as const
const { type: _type, script: _script, ...DEFAULTS } = comparable(Task.parse(BARE_TASK))

/** Both in canonical form: what means the same is no change, and equal digests have no diff. */
export function diffDocuments(from: WorkflowDocument, to: WorkflowDocument): DocumentDiff {
  return diffCanonical(canonicalDocument(from), canonicalDocument(to))
}

/** Everything that a document says, as changes of one that says nothing. */
export function diffWithNothing(document: WorkflowDocument): DocumentDiff {
  const { apiVersion, kind, id, name } = document
  const bare = WorkflowDocument.parse({ apiVersion, kind, id, name, tasks: [BARE_TASK] })
  return diffDocuments({ ...bare, tasks: [] }, document)
}

function diffCanonical(from: WorkflowDocument, to: WorkflowDocument): DocumentDiff {
  const renames = findRenames(from, to)
  const beforeKeys = new Map(from.tasks.map((task) => [renames.get(task.key) ?? task.key, task]))
  const afterKeys = new Map(to.tasks.map((task) => [task.key, task]))
  const edgesBefore = edgesOf(from, renames)
  const edgesAfter = edgesOf(to, new Map())
  const diff = {
    tasks: {
      added: [...afterKeys]
        .filter(([key]) => !beforeKeys.has(key))
        .map(([, task]) => ({ ...nameOf(task), fields: fieldsOf(task) })),
      removed: [...beforeKeys]
        .filter(([key]) => !afterKeys.has(key))
        .map(([, task]) => nameOf(task)),
      renamed: [...renames].map(([from_key, to_key]) => ({ from_key, to_key })),
      changed: [...afterKeys].flatMap(([key, task]) => changedTask(key, beforeKeys.get(key), task)),
    },
    edges: { added: without(edgesAfter, edgesBefore), removed: without(edgesBefore, edgesAfter) },
    params: diffRecords(from.start.params.properties, to.start.params.properties),
    outputs: diffRecords(from.end.outputs, to.end.outputs),
    settings: diffRecords(from.settings, to.settings),
    schedule: diffRecords(from.schedule ?? {}, to.schedule ?? {}),
    document: diffRecords(headOf(from), headOf(to)),
  }
  const { tasks, edges, ...records } = diff
  const parts = [...Object.values(tasks), edges.added, edges.removed, ...Object.values(records)]
  return { is_empty: parts.every((part) => part.length === 0), ...diff }
}

function headOf({ id, name, description, owner, tags, start }: WorkflowDocument) {
  return {
    id,
    name,
    description,
    owner,
    tags,
    required_params: start.params.required,
    sync_timeout_sec: start.sync_timeout_sec,
  }
}

function nameOf(task: Task) {
  return { key: task.key, name: task.name ?? task.key, type: task.type }
}

/** What a task does, whatever it is called and wherever it stands. */
function contentOf(task: Task): string {
  return JSON.stringify(sortKeys({ ...task, key: '', name: '', needs: [] }))
}

function findRenames(from: WorkflowDocument, to: WorkflowDocument): ReadonlyMap<string, string> {
  const before = new Set(from.tasks.map((task) => task.key))
  const after = new Set(to.tasks.map((task) => task.key))
  const added = Map.groupBy(
    to.tasks.filter((task) => !before.has(task.key)),
    contentOf,
  )
  const renames = new Map<string, string>()
  for (const task of from.tasks.filter(({ key }) => !after.has(key))) {
    const target = added.get(contentOf(task))?.shift()
    if (target) renames.set(task.key, target.key)
  }
  return renames
}

function changedTask(
  key: string,
  before: Task | undefined,
  after: Task,
): DocumentDiff['tasks']['changed'] {
  if (!before) return []
  const fields = diffRecords(comparable(before), comparable(after))
  return fields.length === 0 ? [] : [{ key, fields }]
}

/** Needs are compared as edges; a name that only repeats the key is none. */
function comparable({ key, needs: _needs, name, ...rest }: Task): Fields {
  return { ...rest, name: name === key ? undefined : name }
}

/** What a new task says beyond what every task does. */
function fieldsOf(task: Task): FieldChange[] {
  const { type: _kind, ...said } = comparable(task)
  return diffRecords(DEFAULTS, said).flatMap(({ field, after }) =>
    typeof after === 'object' && Object.keys(after ?? {}).length === 0
      ? []
      : [{ field, before: null, after }],
  )
}

type Fields = Readonly<Record<string, unknown>>

/** Objects that stand on both sides are compared inside: `retry.times`. */
function diffRecords(before: Fields, after: Fields, prefix = ''): FieldChange[] {
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
  return fields.flatMap((field) => {
    const [a, b] = [own(before, field), own(after, field)]
    if (isFields(a) && isFields(b)) return diffRecords(a, b, `${prefix}${field}.`)
    if (a === b || textOf(a) === textOf(b)) return []
    return [{ field: `${prefix}${field}`, before: plain(a), after: plain(b) }]
  })
}

function own(record: Fields, field: string): unknown {
  return Object.hasOwn(record, field) ? record[field] : undefined
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function textOf(value: unknown): string {
  return value === undefined ? '' : JSON.stringify(sortKeys(value))
}

function plain(value: unknown): AnyJson {
  return value === undefined ? null : AnyJson.parse(JSON.parse(textOf(value)))
}

function edgesOf(
  document: WorkflowDocument,
  renames: ReadonlyMap<string, string>,
): z.output<typeof Edge>[] {
  const named = (key: string): string => renames.get(key) ?? key
  return document.tasks.flatMap((task) =>
    task.needs.map((need) => ({ from: named(need), to: named(task.key) })),
  )
}

function without(
  edges: readonly z.output<typeof Edge>[],
  others: readonly z.output<typeof Edge>[],
): z.output<typeof Edge>[] {
  const known = new Set(others.map((edge) => JSON.stringify([edge.from, edge.to])))
  return edges.filter((edge) => !known.has(JSON.stringify([edge.from, edge.to])))
}

/** Counts for a version list; stored with the version. */
export const DiffSummary = z.object({
  tasks_added: z.int(),
  tasks_removed: z.int(),
  tasks_renamed: z.int(),
  tasks_changed: z.int(),
  edges_changed: z.int(),
  other_changes: z.int(),
})
export type DiffSummary = z.output<typeof DiffSummary>

export function summarize(diff: DocumentDiff): DiffSummary {
  return {
    tasks_added: diff.tasks.added.length,
    tasks_removed: diff.tasks.removed.length,
    tasks_renamed: diff.tasks.renamed.length,
    tasks_changed: diff.tasks.changed.length,
    edges_changed: diff.edges.added.length + diff.edges.removed.length,
    other_changes:
      diff.params.length +
      diff.outputs.length +
      diff.settings.length +
      diff.schedule.length +
      diff.document.length,
  }
}
