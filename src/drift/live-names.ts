import type { Bindings, CallOptions } from '../engine/engine.ts'
import type { ConnectedEnvironment } from '../environments/connect-environment.ts'
import type { EngineDefinition } from '../engine/definition.ts'
import { readNames, resourcesIn } from '../imports/engine-names.ts'

/**
 * The names that the last publish resolved and those the engine has now: an edit there may choose
 * what no version has named yet.
 */
export async function withLiveNames(
  { engine, environment }: Pick<ConnectedEnvironment, 'engine' | 'environment'>,
  bindings: Bindings,
  definition: EngineDefinition,
  options: CallOptions,
): Promise<Bindings> {
  const { names, resourceRoot } = await readNames(engine, environment, options)
  return {
    ...bindings,
    dataSources: { ...bindings.dataSources, ...names.dataSources },
    environmentCodes: { ...bindings.environmentCodes, ...names.environmentCodes },
    alertGroupIds: { ...bindings.alertGroupIds, ...names.alertGroupIds },
    taskGroupIds: { ...bindings.taskGroupIds, ...names.taskGroupIds },
    resources: { ...resourcesIn(definition, resourceRoot), ...bindings.resources },
  }
}
