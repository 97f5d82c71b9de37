import type { EngineResource } from '../engine/catalog.ts'
import type { EngineDefinition } from '../engine/definition.ts'
import type { CallOptions, Engine } from '../engine/engine.ts'
import { isRefusal } from '../engine/outcome.ts'
import type { ConnectedEnvironment } from '../environments/connect-environment.ts'
import { isAppError } from '../lib/errors.ts'
import type { BoundNames } from '../publishing/plan.ts'

type Connected = Pick<ConnectedEnvironment, 'engine' | 'compiler' | 'environment'>

export interface EngineNames {
  readonly names: BoundNames
  /** An engine of 3.1 is asked for each of them, once. */
  readonly filesOf: (definitions: readonly EngineDefinition[]) => Promise<BoundNames['resources']>
}

/** Every name of an environment's engine, so that ids of its definitions can be said by name. */
export async function readNames(connected: Connected, options: CallOptions): Promise<EngineNames> {
  const { engine, environment } = connected
  const dataSources = await engine.listDataSources(options)
  const environments = await engine.listEnvironments(options)
  const alertGroups = await engine.listAlertGroups(options)
  const taskGroups = await engine.listTaskGroups(environment.projectCode, options)
  return {
    names: {
      dataSources: byName(dataSources, (entry) => entry),
      environmentCodes: byName(environments, (entry) => entry.code),
      alertGroupIds: byName(alertGroups, (entry) => entry.id),
      taskGroupIds: byName(taskGroups, (entry) => entry.id),
      resources: {},
      overlay: environment.overlay,
    },
    filesOf: fileNames(connected, await rootOf(engine, options), options),
  }
}

/** A server without a resource centre says so with a refusal. */
async function rootOf(engine: Engine, options: CallOptions): Promise<string | null> {
  try {
    return await engine.readResourceRoot(options)
  } catch (error) {
    if (isAppError(error, 'unavailable')) throw error
    return null
  }
}

/** A name that stands for two things stands for none. */
function byName<T extends { readonly name: string }, V>(
  entries: readonly T[],
  value: (entry: T) => V,
): Record<string, V> {
  const counts = new Map<string, number>()
  for (const { name } of entries) counts.set(name, (counts.get(name) ?? 0) + 1)
  return Object.fromEntries(
    entries.filter(({ name }) => counts.get(name) === 1).map((entry) => [entry.name, value(entry)]),
  )
}

/**
 * Files that definitions name by full name or id, by their path below the root. What the token's
 * user may not see stays an id.
 */
function fileNames(
  { engine, compiler }: Connected,
  root: string | null,
  options: CallOptions,
): EngineNames['filesOf'] {
  const paths = new Map<number, string | null>()
  const pathOf = async ({ id, fullName }: EngineResource): Promise<string | null> => {
    if (id === null)
      return root !== null && fullName.startsWith(`${root}/`)
        ? fullName.slice(root.length + 1)
        : null
    const path = paths.has(id) ? paths.get(id) : await findPath(engine, id, options)
    paths.set(id, path ?? null)
    return path ?? null
  }
  return async (definitions) => {
    const found: BoundNames['resources'] = {}
    for (const file of compiler.idsOf(definitions).resources) {
      const path = await pathOf(file)
      if (path !== null)
        found[path] = { id: file.id, fullName: file.id === null ? file.fullName : `/${path}` }
    }
    return found
  }
}

async function findPath(engine: Engine, id: number, options: CallOptions): Promise<string | null> {
  try {
    const file = await engine.findResourceById(id, options)
    return file?.fullName.replace(/^\/+/, '') ?? null
  } catch (error) {
    if (isRefusal(error)) return null
    throw error
  }
}
