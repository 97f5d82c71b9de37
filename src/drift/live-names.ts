import type { Bindings, CallOptions } from '../engine/engine.ts'
import type { ConnectedEnvironment } from '../environments/connect-environment.ts'
import type { EngineDefinition } from '../engine/definition.ts'
import { readNames } from '../imports/engine-names.ts'

/**
 * The names that the last publish resolved and those the engine has now: an edit there may choose
 * what no version has named yet.
 */
export async function withLiveNames(
  connected: Pick<ConnectedEnvironment, 'engine' | 'compiler' | 'environment'>,
  bindings: Bindings,
  definition: EngineDefinition,
  options: CallOptions,
): Promise<Bindings> {
  const { names, filesOf } = await readNames(connected, options)
  return {
    ...bindings,
    dataSources: { ...bindings.dataSources, ...names.dataSources },
    environmentCodes: { ...bindings.environmentCodes, ...names.environmentCodes },
    alertGroupIds: { ...bindings.alertGroupIds, ...names.alertGroupIds },
    taskGroupIds: { ...bindings.taskGroupIds, ...names.taskGroupIds },
    resources: { ...(await filesOf([definition])), ...bindings.resources },
  }
}
