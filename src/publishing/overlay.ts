import type { WorkflowDocument } from '../definition/document.ts'
import { mapReferences, type ReferenceKind } from '../definition/references.ts'
import type { EnvironmentOverlay } from '../environments/environment.ts'

/** The document with the environment's own names in place of the document's. */
export function applyOverlay(
  document: WorkflowDocument,
  overlay: EnvironmentOverlay,
): WorkflowDocument {
  const names = namesOf(overlay)
  const here = mapReferences(document, (name, { kind }) => lookUp(names[kind], name))
  return withParams(here, (name, param) =>
    Object.hasOwn(overlay.params, name) ? { ...param, default: overlay.params[name] } : param,
  )
}

/**
 * The way back: what an engine holds, in the names of the version that was deployed there. A name
 * that two names of the document became stays what it is.
 */
export function withoutOverlay(
  live: WorkflowDocument,
  overlay: EnvironmentOverlay,
  deployed: WorkflowDocument,
): WorkflowDocument {
  const names = namesOf(overlay)
  const there = mapReferences(live, (name, { kind }) => lookUp(inverse(names[kind]), name))
  const { properties } = deployed.start.params
  return withParams(there, (name, param) => {
    const isOurs = String(param.default) === lookUp(overlay.params, name)
    const said = Object.hasOwn(properties, name) ? properties[name]?.default : undefined
    return isOurs && Object.hasOwn(overlay.params, name) ? { ...param, default: said } : param
  })
}

type NamesByKind = Readonly<Record<ReferenceKind, Readonly<Record<string, string>>>>

function namesOf(overlay: EnvironmentOverlay): NamesByKind {
  return {
    data_source: overlay.data_sources,
    worker_group: overlay.worker_groups,
    tenant: overlay.tenants,
    environment: overlay.environments,
    alert_group: overlay.alert_groups,
    task_group: overlay.task_groups,
    resource: overlay.resources,
    workflow: {},
  }
}

function inverse(names: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const targets = Object.values(names)
  return Object.fromEntries(
    Object.entries(names)
      .filter(([, here]) => targets.filter((other) => other === here).length === 1)
      .map(([name, here]) => [here, name]),
  )
}

function lookUp(names: Readonly<Record<string, string>>, name: string): string {
  return (Object.hasOwn(names, name) ? names[name] : undefined) ?? name
}

type Params = WorkflowDocument['start']['params']['properties']

function withParams(
  document: WorkflowDocument,
  change: (name: string, param: Params[string]) => Params[string],
): WorkflowDocument {
  const { start } = document
  const properties = Object.fromEntries(
    Object.entries(start.params.properties).map(([name, param]) => [name, change(name, param)]),
  )
  return { ...document, start: { ...start, params: { ...start.params, properties } } }
}
