import type { WorkflowDocument } from '../definition/document.ts'
import type { Task } from '../definition/task.ts'
import type { EnvironmentOverlay } from '../environments/environment.ts'

/** The document with the environment's own names in place of the document's. */
export function applyOverlay(
  document: WorkflowDocument,
  overlay: EnvironmentOverlay,
): WorkflowDocument {
  const { settings } = document
  return {
    ...document,
    start: {
      ...document.start,
      params: { ...document.start.params, properties: paramsOf(document, overlay) },
    },
    settings: {
      ...settings,
      ...named('worker_group', settings.worker_group, overlay.worker_groups),
      ...named('tenant', settings.tenant, overlay.tenants),
      ...named('environment', settings.environment, overlay.environments),
      warning: {
        ...settings.warning,
        ...named('alert_group', settings.warning.alert_group, overlay.alert_groups),
      },
    },
    tasks: document.tasks.map((task) => overlayTask(task, overlay)),
  }
}

function overlayTask(task: Task, overlay: EnvironmentOverlay): Task {
  const shared = {
    ...named('worker_group', task.worker_group, overlay.worker_groups),
    ...named('environment', task.environment, overlay.environments),
  }
  if (task.type !== 'sql') return { ...task, ...shared }
  return { ...task, ...shared, datasource: lookUp(overlay.data_sources, task.datasource) }
}

/** `{ [key]: the name here }`, or nothing where the document says nothing. */
function named<K extends string>(
  key: K,
  name: string | undefined,
  names: Readonly<Record<string, string>>,
): Partial<Record<K, string>> {
  const entry: Partial<Record<K, string>> = {}
  if (name !== undefined) entry[key] = lookUp(names, name)
  return entry
}

function lookUp(names: Readonly<Record<string, string>>, name: string): string {
  return (Object.hasOwn(names, name) ? names[name] : undefined) ?? name
}

function paramsOf(
  document: WorkflowDocument,
  overlay: EnvironmentOverlay,
): WorkflowDocument['start']['params']['properties'] {
  const entries = Object.entries(document.start.params.properties)
  return Object.fromEntries(
    entries.map(([name, param]) => [
      name,
      Object.hasOwn(overlay.params, name) ? { ...param, default: overlay.params[name] } : param,
    ]),
  )
}
