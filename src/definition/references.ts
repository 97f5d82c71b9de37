import type { WorkflowDocument } from './document.ts'
import { pointerOf } from './pointer.ts'

export type ReferenceKind =
  | 'data_source'
  | 'worker_group'
  | 'tenant'
  | 'environment'
  | 'alert_group'
  | 'workflow'

/** A name that an environment has to know, and everywhere the document says it. */
export interface Reference {
  readonly kind: ReferenceKind
  readonly name: string
  readonly pointers: readonly string[]
}

export function referencesOf(document: WorkflowDocument): readonly Reference[] {
  const found = new Map<string, { kind: ReferenceKind; name: string; pointers: string[] }>()
  const add = (
    kind: ReferenceKind,
    name: string | undefined,
    path: readonly PropertyKey[],
  ): void => {
    if (name === undefined) return
    const key = `${kind} ${name}`
    const reference = found.get(key) ?? { kind, name, pointers: [] }
    reference.pointers.push(pointerOf(path))
    found.set(key, reference)
  }
  const { settings } = document
  add('worker_group', settings.worker_group, ['settings', 'worker_group'])
  add('tenant', settings.tenant, ['settings', 'tenant'])
  add('environment', settings.environment, ['settings', 'environment'])
  add('alert_group', settings.warning.alert_group, ['settings', 'warning', 'alert_group'])
  for (const [index, task] of document.tasks.entries()) {
    add('worker_group', task.worker_group, ['tasks', index, 'worker_group'])
    add('environment', task.environment, ['tasks', index, 'environment'])
    if (task.type === 'sql') add('data_source', task.datasource, ['tasks', index, 'datasource'])
    if (task.type === 'sub_workflow') add('workflow', task.workflow, ['tasks', index, 'workflow'])
  }
  return [...found.values()]
}
