import type { WorkflowDocument } from '../definition/document.ts'
import { mapReferences, type ReferenceKind } from '../definition/references.ts'
import type { EnvironmentOverlay } from '../environments/environment.ts'

/** The document with the environment's own names in place of the document's. */
export function applyOverlay(
  document: WorkflowDocument,
  overlay: EnvironmentOverlay,
): WorkflowDocument {
  const names: Readonly<Record<ReferenceKind, Readonly<Record<string, string>>>> = {
    data_source: overlay.data_sources,
    worker_group: overlay.worker_groups,
    tenant: overlay.tenants,
    environment: overlay.environments,
    alert_group: overlay.alert_groups,
    task_group: overlay.task_groups,
    resource: overlay.resources,
    workflow: {},
  }
  const here = mapReferences(document, (name, { kind }) => lookUp(names[kind], name))
  return {
    ...here,
    start: {
      ...here.start,
      params: { ...here.start.params, properties: paramsOf(here, overlay) },
    },
  }
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
