import type { EngineResource } from '../engine/catalog.ts'
import type { EngineCode } from '../engine/definition.ts'
import type { Bindings } from '../engine/engine.ts'
import type { EngineIds } from '../engine/ids.ts'
import type { Issue } from '../lib/errors.ts'
import { pointerOf } from '../lib/pointer.ts'
import type { DeployedCodes } from '../publishing/bind-names.ts'
import type { BoundNames } from '../publishing/plan.ts'

/** Id or code in the file, as text → its name here. */
type Names = Readonly<Record<string, string>>

/** What a person says that the ids of a file are called. */
export interface ExportNames {
  readonly data_sources: Names
  readonly environments: Names
  readonly alert_groups: Names
  readonly task_groups: Names
  /** By id, or by full name where files have none. */
  readonly resources: Names
  readonly workflows: Names
}

export interface NamingSources {
  readonly given: ExportNames
  /** Of the very environment that wrote the file; empty: not known. */
  readonly catalog: BoundNames
  /** Workflows by id here: those of the file, and those that are managed where it comes from. */
  readonly workflows: ReadonlyMap<string, DeployedCodes>
}

export interface NamedIds {
  readonly bindings: Omit<BoundNames, 'overlay'> &
    Pick<Bindings, 'workflowCodes' | 'workflowTaskCodes'>
  /** `<kind> <name>`, or `task <workflow>/<key>`, of what only stands for an id → which one. */
  readonly placeholders: ReadonlyMap<string, string>
  /** Faults of what was given. */
  readonly issues: readonly Issue[]
}

/**
 * Every id of a file gets a name: the one of the catalog it was written against, the one that a
 * person gives, else one that says which id it was. Nothing on any engine is called that, so a
 * publish asks for the real name and never takes the id for one of its own.
 */
export function nameIds(ids: EngineIds, sources: NamingSources): NamedIds {
  const { given, catalog } = sources
  const workflows = nameWorkflows(ids, sources)
  const dataSources = nameKind<DataSource>({
    reference: 'data_source',
    field: 'data_sources',
    given: given.data_sources,
    known: catalog.dataSources,
    ids: ids.dataSources.map(({ id, type }) => [String(id), { id, name: '', type }]),
    idOf: ({ id }) => String(id),
  })
  const environments = nameKind({
    reference: 'environment',
    field: 'environments',
    given: given.environments,
    known: catalog.environmentCodes,
    ids: ids.environmentCodes.map((code) => [code, code]),
    idOf: String,
  })
  const alertGroups = nameKind({
    reference: 'alert_group',
    field: 'alert_groups',
    given: given.alert_groups,
    known: catalog.alertGroupIds,
    ids: ids.alertGroupIds.map((id) => [String(id), id]),
    idOf: String,
  })
  const taskGroups = nameKind({
    reference: 'task_group',
    field: 'task_groups',
    given: given.task_groups,
    known: catalog.taskGroupIds,
    ids: ids.taskGroupIds.map((id) => [String(id), id]),
    idOf: String,
  })
  const resources = nameKind<EngineResource>({
    reference: 'resource',
    field: 'resources',
    given: given.resources,
    known: catalog.resources,
    ids: ids.resources.map((file) => [idOfResource(file), file]),
    idOf: idOfResource,
    placeholder: (id) => (/^\d+$/.test(id) ? `resource_${id}` : id),
  })
  const kinds = [workflows, dataSources, environments, alertGroups, taskGroups, resources]
  return {
    placeholders: new Map(kinds.flatMap((kind) => kind.placeholders)),
    issues: kinds.flatMap((kind) => kind.issues),
    bindings: {
      dataSources: dataSources.names,
      environmentCodes: environments.names,
      alertGroupIds: alertGroups.names,
      taskGroupIds: taskGroups.names,
      resources: resources.names,
      workflowCodes: workflows.names,
      workflowTaskCodes: workflows.taskCodes,
    },
  }
}

type DataSource = BoundNames['dataSources'][string]

function nameWorkflows(ids: EngineIds, { given, workflows }: NamingSources) {
  const known = Object.fromEntries([...workflows].map(([id, { code }]) => [id, code]))
  const knownCodes = new Set(Object.values(known))
  const others = [...ids.workflows].filter(([code]) => !knownCodes.has(code))
  const named = nameKind<EngineCode>({
    reference: 'workflow',
    field: 'workflows',
    given: given.workflows,
    known,
    ids: others.map(([code]) => [code, code]),
    idOf: String,
    placeholder: (code) => `wf_${code}`,
  })
  const idsByCode = new Map(Object.entries(named.names).map(([id, code]) => [code, id]))
  const elsewhere = others.map(([code, tasks]) => ({
    code,
    id: idsByCode.get(code) ?? code,
    tasks,
  }))
  return {
    ...named,
    placeholders: [
      ...named.placeholders,
      ...elsewhere.flatMap(({ code, id, tasks }) =>
        tasks.map(
          (task) => [`task ${id}/${keyOf(task)}`, `task ${task} of workflow ${code}`] as const,
        ),
      ),
    ],
    taskCodes: Object.fromEntries([
      ...[...workflows].map(([id, { taskCodes }]) => [id, taskCodes] as const),
      ...elsewhere.map(
        ({ id, tasks }) =>
          [id, Object.fromEntries(tasks.map((task) => [keyOf(task), task]))] as const,
      ),
    ]),
  }
}

/** Of a task whose workflow is not at hand. */
function keyOf(code: EngineCode): string {
  return `task_${code}`
}

interface Kind<T> {
  readonly reference: string
  /** Of `names` in the request. */
  readonly field: string
  readonly given: Names
  readonly known: Readonly<Record<string, T>>
  readonly ids: readonly (readonly [string, T])[]
  readonly idOf: (entry: T) => string
  readonly placeholder?: (id: string) => string
}

function nameKind<T>(kind: Kind<T>) {
  const { reference, field, given, known, ids, idOf } = kind
  const issue = (id: string, message: string): Issue => ({
    pointer: pointerOf(['names', field, id]),
    code: 'import.name',
    message,
  })
  const inFile = new Set(ids.map(([id]) => id))
  const taken = new Map(Object.entries(known).map(([name, entry]) => [name, idOf(entry)]))
  const issues: Issue[] = []
  for (const [id, name] of Object.entries(given)) {
    const holder = taken.get(name)
    if (!inFile.has(id)) issues.push(issue(id, `the file names no ${words(reference)} ${id}`))
    else if (holder !== undefined && holder !== id)
      issues.push(issue(id, `"${name}" is the name of ${words(reference)} ${holder}`))
    taken.set(name, id)
  }
  const hasName = new Set([...Object.values(known).map(idOf), ...Object.keys(given)])
  const unnamed = ids.filter(([id]) => !hasName.has(id))
  const placeholder = kind.placeholder ?? ((id: string) => `${reference}_${id}`)
  return {
    issues,
    placeholders: unnamed.map(
      ([id]) => [`${reference} ${placeholder(id)}`, `${words(reference)} ${id}`] as const,
    ),
    // What a person says comes first: a name is looked up by the first entry of an id.
    names: Object.fromEntries([
      ...ids.flatMap(([id, entry]) =>
        Object.hasOwn(given, id) ? [[given[id] ?? id, entry] as const] : [],
      ),
      ...Object.entries(known),
      ...unnamed.map(([id, entry]) => [placeholder(id), entry] as const),
    ]),
  }
}

function words(reference: string): string {
  return reference.replace('_', ' ')
}

function idOfResource(file: EngineResource): string {
  return file.id === null ? file.fullName : String(file.id)
}
