import type { WorkflowDocument } from '../definition/document.ts'
import { mapReferences, type NamePlace, type ReferenceKind } from '../definition/references.ts'
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
 * The way back: what an engine holds, in the names of the version that was deployed there. Where
 * the version's own name became what is there, it is that name; elsewhere the one name that became
 * it. A name that two names of the document became stays what it is.
 */
export function withoutOverlay(
  live: WorkflowDocument,
  overlay: EnvironmentOverlay,
  deployed: WorkflowDocument | null,
): WorkflowDocument {
  const names = namesOf(overlay)
  const said = saidIn(deployed, names)
  const there = mapReferences(live, (name, place) => {
    const own = said.at.get(`${place.kind} ${placeOf(live, place)}`)
    if (own?.here === name) return own.name
    const [only, ...others] = said.byHere.get(`${place.kind} ${name}`) ?? []
    if (only !== undefined && others.length === 0) return only
    return lookUp(inverse(names[place.kind]), name)
  })
  if (deployed === null) return there
  const { properties } = deployed.start.params
  return withParams(there, (name, param) => {
    const isOurs = String(param.default) === lookUp(overlay.params, name)
    const before = Object.hasOwn(properties, name) ? properties[name]?.default : undefined
    return isOurs && Object.hasOwn(overlay.params, name) ? { ...param, default: before } : param
  })
}

/** What a document says at each place, and which of its names became what there. */
function saidIn(document: WorkflowDocument | null, names: NamesByKind) {
  const at = new Map<string, { readonly name: string; readonly here: string }>()
  const byHere = new Map<string, Set<string>>()
  if (document === null) return { at, byHere }
  mapReferences(document, (name, place) => {
    const here = lookUp(names[place.kind], name)
    at.set(`${place.kind} ${placeOf(document, place)}`, { name, here })
    const became = byHere.get(`${place.kind} ${here}`) ?? new Set()
    byHere.set(`${place.kind} ${here}`, became.add(name))
    return name
  })
  return { at, byHere }
}

/** Tasks by their keys: an engine's order is another. */
function placeOf({ tasks }: WorkflowDocument, { path }: NamePlace): string {
  const [first, index, ...rest] = path
  const isTask = first === 'tasks' && typeof index === 'number'
  return JSON.stringify(isTask ? [tasks[index]?.key, ...rest] : path)
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

export function lookUp(names: Readonly<Record<string, string>>, name: string): string {
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
