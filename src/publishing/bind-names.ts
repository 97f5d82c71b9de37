import { referencesOf, type Reference, type ReferenceKind } from '../definition/references.ts'
import type { WorkflowDocument } from '../definition/document.ts'
import type { Bindings, CallOptions, Engine } from '../engine/engine.ts'
import type { Environment } from '../environments/environment.ts'
import type { Issue } from '../lib/errors.ts'

/** Names proved against the engine's catalog: it checks none of them itself. */
export interface BoundNames {
  readonly bindings: Bindings
  readonly issues: readonly Issue[]
}

/** What an environment's engine holds of one managed workflow. */
export interface DeployedCodes {
  readonly code: string
  readonly taskCodes: Readonly<Record<string, string>>
}

export interface BindInput {
  readonly engine: Engine
  readonly environment: Environment
  /** With the overlay applied. */
  readonly document: WorkflowDocument
  readonly taskCodes: Readonly<Record<string, string>>
  /** By workflow id. */
  readonly deployed: ReadonlyMap<string, DeployedCodes>
}

export async function bindNames(input: BindInput, options: CallOptions): Promise<BoundNames> {
  const { engine, environment, document, deployed } = input
  const references = [...referencesOf(document), ...defaultsOf(environment)]
  const names = (kind: ReferenceKind): readonly string[] =>
    references.filter((reference) => reference.kind === kind).map((reference) => reference.name)
  const needed = <T>(kind: ReferenceKind, list: () => Promise<readonly T[]>) =>
    names(kind).length > 0 ? list() : []
  const { projectCode, defaults } = environment
  const workerGroups = await engine.listWorkerGroups(projectCode, options)
  const tenants = await engine.listTenants(options)
  const environments = await needed('environment', () => engine.listEnvironments(options))
  const alertGroups = await needed('alert_group', () => engine.listAlertGroups(options))
  const taskGroups = await needed('task_group', () => engine.listTaskGroups(projectCode, options))
  const dataSources = await lookUpEach(names('data_source'), (name) =>
    engine.findDataSources(name, options),
  )
  const resources = await lookUpEach(names('resource'), async (path) => {
    const resource = await engine.findResource(path, options)
    return resource ? [resource] : []
  })
  const found: Readonly<Record<ReferenceKind, (name: string) => number>> = {
    worker_group: (name) => Number(workerGroups.includes(name)),
    tenant: (name) => Number(tenants.includes(name)),
    environment: (name) => countNamed(environments, name),
    alert_group: (name) => countNamed(alertGroups, name),
    task_group: (name) => countNamed(taskGroups, name),
    data_source: (name) => dataSources.get(name)?.length ?? 0,
    resource: (name) => resources.get(name)?.length ?? 0,
    workflow: (name) => Number(deployed.has(name)),
  }
  return {
    issues: references.flatMap((reference) =>
      issuesOf(reference, found[reference.kind](reference.name)),
    ),
    bindings: {
      workflowId: document.id,
      projectCode,
      taskCodes: input.taskCodes,
      dataSources: firstOfEach(dataSources),
      resources: firstOfEach(resources),
      environmentCodes: Object.fromEntries(environments.map((entry) => [entry.name, entry.code])),
      alertGroupIds: Object.fromEntries(alertGroups.map((entry) => [entry.name, entry.id])),
      taskGroupIds: Object.fromEntries(taskGroups.map((entry) => [entry.name, entry.id])),
      ...codesOf(deployed),
      defaultWorkerGroup: defaults.worker_group,
      defaultTenant: defaults.tenant,
      defaultEnvironment: defaults.environment,
    },
  }
}

/** Of what is deployed beside a document. */
export function codesOf(
  deployed: ReadonlyMap<string, DeployedCodes>,
): Pick<Bindings, 'workflowCodes' | 'workflowTaskCodes'> {
  const entries = [...deployed]
  return {
    workflowCodes: Object.fromEntries(entries.map(([id, { code }]) => [id, code])),
    workflowTaskCodes: Object.fromEntries(entries.map(([id, { taskCodes }]) => [id, taskCodes])),
  }
}

async function lookUpEach<T>(
  names: readonly string[],
  find: (name: string) => Promise<readonly T[]>,
): Promise<ReadonlyMap<string, readonly T[]>> {
  const found = new Map<string, readonly T[]>()
  for (const name of names) found.set(name, await find(name))
  return found
}

function firstOfEach<T>(found: ReadonlyMap<string, readonly T[]>): Readonly<Record<string, T>> {
  return Object.fromEntries([...found].flatMap(([name, [first]]) => (first ? [[name, first]] : [])))
}

function countNamed(entries: readonly { readonly name: string }[], name: string): number {
  return entries.filter((entry) => entry.name === name).length
}

/** The environment's own defaults are names as well. */
function defaultsOf({ defaults }: Environment): readonly Reference[] {
  const of = (kind: 'worker_group' | 'tenant' | 'environment', name: string | null) =>
    name === null ? [] : [{ kind, name, pointers: [`/environment/defaults/${kind}`] }]
  return [
    ...of('worker_group', defaults.worker_group),
    ...of('tenant', defaults.tenant),
    ...of('environment', defaults.environment),
  ]
}

function issuesOf(reference: Reference, count: number): readonly Issue[] {
  if (count === 1) return []
  const what = reference.kind.replace('_', ' ')
  const message =
    count === 0
      ? `the engine has no ${what} "${reference.name}"`
      : `the engine has ${count} entries of kind ${what} named "${reference.name}"`
  const code = count === 0 ? 'plan.unknown_name' : 'plan.ambiguous_name'
  return reference.pointers.map((pointer) => ({
    pointer,
    code,
    message:
      reference.kind === 'workflow'
        ? `"${reference.name}" is not deployed in this environment`
        : message,
  }))
}
