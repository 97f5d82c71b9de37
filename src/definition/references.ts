import type { WorkflowDocument } from './document.ts'
import { pointerOf } from '../lib/pointer.ts'
import type { Task } from './task.ts'
import { mapEngineNames } from './engine-names.ts'

/** Kinds of names that an overlay may replace, and workflows, whose ids are the same everywhere. */
export type ReferenceKind =
  | 'data_source'
  | 'worker_group'
  | 'tenant'
  | 'environment'
  | 'alert_group'
  | 'task_group'
  | 'resource'
  | 'workflow'

/** A name that an environment has to know, and everywhere the document says it. */
export interface Reference {
  readonly kind: ReferenceKind
  readonly name: string
  readonly pointers: readonly string[]
}

export interface NamePlace {
  readonly kind: ReferenceKind
  readonly path: readonly PropertyKey[]
}
/** Answers what a name is to be instead. */
export type RenameReference = (name: string, place: NamePlace) => string

export function referencesOf(document: WorkflowDocument): readonly Reference[] {
  const found = new Map<string, { kind: ReferenceKind; name: string; pointers: string[] }>()
  mapReferences(document, (name, { kind, path }) => {
    const key = `${kind} ${name}`
    const reference = found.get(key) ?? { kind, name, pointers: [] }
    reference.pointers.push(pointerOf(path))
    found.set(key, reference)
    return name
  })
  return [...found.values()]
}

/** The document with every name that means something else in each environment replaced. */
export function mapReferences(
  document: WorkflowDocument,
  rename: RenameReference,
): WorkflowDocument {
  const { settings } = document
  return {
    ...document,
    settings: {
      ...settings,
      ...renamed(settings, SETTINGS, { rename, under: ['settings'] }),
      warning: {
        ...settings.warning,
        ...renamed(settings.warning, WARNING, { rename, under: ['settings', 'warning'] }),
      },
    },
    tasks: document.tasks.map((task, index) => mapTask(task, { rename, under: ['tasks', index] })),
  }
}

type Fields = Readonly<Record<string, ReferenceKind>>
interface Renaming {
  readonly rename: RenameReference
  readonly under: readonly PropertyKey[]
}

const SETTINGS: Fields = {
  worker_group: 'worker_group',
  tenant: 'tenant',
  environment: 'environment',
}
const WARNING: Fields = { alert_group: 'alert_group' }
const TASK_GROUP: Fields = { name: 'task_group' }
const ITEM: Fields = { workflow: 'workflow' }
/** Whatever type a task has, these fields mean the same. */
const TASK: Fields = {
  worker_group: 'worker_group',
  environment: 'environment',
  datasource: 'data_source',
  source: 'data_source',
  target: 'data_source',
  main_jar: 'resource',
  workflow: 'workflow',
}

function mapTask(task: Task, { rename, under }: Renaming): Task {
  const { task_group: group } = task
  const shared = {
    // The source of a Java task is text.
    ...renamed(task, task.type === 'java' ? { ...TASK, source: undefined } : TASK, {
      rename,
      under,
    }),
    resources: task.resources.map((path, index) =>
      rename(path, { kind: 'resource', path: [...under, 'resources', index] }),
    ),
    engine_params: mapEngineNames(task.engine_params, (name, { kind, path }) =>
      rename(name, { kind, path: [...under, 'engine_params', ...path] }),
    ),
    ...(group === undefined
      ? {}
      : {
          task_group: {
            ...group,
            ...renamed(group, TASK_GROUP, { rename, under: [...under, 'task_group'] }),
          },
        }),
  }
  if (task.type !== 'dependent') return { ...task, ...shared }
  const groups = task.groups.map((each, index) => ({
    ...each,
    items: each.items.map((item, n) => ({
      ...item,
      ...renamed(item, ITEM, { rename, under: [...under, 'groups', index, 'items', n] }),
    })),
  }))
  return { ...task, ...shared, groups }
}

function renamed(
  owner: object,
  fields: Readonly<Record<string, ReferenceKind | undefined>>,
  { rename, under }: Renaming,
): Record<string, string> {
  const values: Readonly<Record<string, unknown>> = { ...owner }
  return Object.fromEntries(
    Object.entries(fields).flatMap(([field, kind]) => {
      const name = values[field]
      if (kind === undefined || typeof name !== 'string') return []
      return [[field, rename(name, { kind, path: [...under, field] })]]
    }),
  )
}
