import { referencesOf, type Reference, type ReferenceKind } from '../definition/references.ts'
import type { WorkflowDocument } from '../definition/document.ts'
import type { Bindings, CallOptions, Engine } from '../engine/engine.ts'
import type { CatalogDataSource } from '../engine/catalog.ts'
import type { Environment } from '../environments/environment.ts'
import type { Issue } from '../lib/errors.ts'

/** Names proved against the engine's catalog: it checks none of them itself. */
export interface BoundNames {
  readonly bindings: Bindings
  readonly issues: readonly Issue[]
}

export interface BindInput {
  readonly engine: Engine
  readonly environment: Environment
  /** With the overlay applied. */
  readonly document: WorkflowDocument
  readonly taskCodes: Readonly<Record<string, string>>
  /** Workflow id → its engine code in this environment. */
  readonly workflowCodes: Readonly<Record<string, string>>
}

export async function bindNames(input: BindInput, options: CallOptions): Promise<BoundNames> {
  const { engine, environment, document } = input
  const references = [...referencesOf(document), ...defaultsOf(environment)]
  const names = (kind: ReferenceKind): readonly string[] =>
    references.filter((reference) => reference.kind === kind).map((reference) => reference.name)
  const workerGroups = new Set(await engine.listWorkerGroups(environment.projectCode, options))
  const tenants = new Set(await engine.listTenants(options))
  const environments = names('environment').length > 0 ? await engine.listEnvironments(options) : []
  const alertGroups = names('alert_group').length > 0 ? await engine.listAlertGroups(options) : []
  const dataSources = new Map<string, readonly CatalogDataSource[]>()
  for (const name of names('data_source'))
    dataSources.set(name, await engine.findDataSources(name, options))
  const found: Readonly<Record<ReferenceKind, (name: string) => number>> = {
    worker_group: (name) => Number(workerGroups.has(name)),
    tenant: (name) => Number(tenants.has(name)),
    environment: (name) => environments.filter((entry) => entry.name === name).length,
    alert_group: (name) => alertGroups.filter((entry) => entry.name === name).length,
    data_source: (name) => dataSources.get(name)?.length ?? 0,
    workflow: (name) => Number(Object.hasOwn(input.workflowCodes, name)),
  }
  return {
    issues: references.flatMap((reference) =>
      issuesOf(reference, found[reference.kind](reference.name)),
    ),
    bindings: {
      workflowId: document.id,
      projectCode: environment.projectCode,
      taskCodes: input.taskCodes,
      dataSources: Object.fromEntries(
        [...dataSources].flatMap(([name, list]) => (list[0] ? [[name, list[0]]] : [])),
      ),
      environmentCodes: Object.fromEntries(environments.map((entry) => [entry.name, entry.code])),
      alertGroupIds: Object.fromEntries(alertGroups.map((entry) => [entry.name, entry.id])),
      workflowCodes: input.workflowCodes,
      defaultWorkerGroup: environment.defaults.worker_group,
      defaultTenant: environment.defaults.tenant,
      defaultEnvironment: environment.defaults.environment,
    },
  }
}

/** The environment's own defaults are names as well. */
function defaultsOf({ defaults }: Environment): readonly Reference[] {
  return [
    {
      kind: 'worker_group',
      name: defaults.worker_group,
      pointers: ['/environment/defaults/worker_group'],
    },
    { kind: 'tenant', name: defaults.tenant, pointers: ['/environment/defaults/tenant'] },
    ...(defaults.environment === null
      ? []
      : [
          {
            kind: 'environment' as const,
            name: defaults.environment,
            pointers: ['/environment/defaults/environment'],
          },
        ]),
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
