import { z } from 'zod'
import type { CallOptions, Engine } from '../engine/engine.ts'
import { isAppError } from '../lib/errors.ts'
import type { Environment } from '../environments/environment.ts'
import { BoundNames } from '../publishing/plan.ts'

/** Every name of an environment's engine, so that ids of its definitions can be said by name. */
export async function readNames(
  engine: Engine,
  { projectCode, overlay }: Environment,
  options: CallOptions,
): Promise<{ readonly names: BoundNames; readonly resourceRoot: string | null }> {
  const dataSources = await engine.listDataSources(options)
  const environments = await engine.listEnvironments(options)
  const alertGroups = await engine.listAlertGroups(options)
  const taskGroups = await engine.listTaskGroups(projectCode, options)
  return {
    names: {
      dataSources: byName(dataSources, (entry) => entry),
      environmentCodes: byName(environments, (entry) => entry.code),
      alertGroupIds: byName(alertGroups, (entry) => entry.id),
      taskGroupIds: byName(taskGroups, (entry) => entry.id),
      resources: {},
      overlay,
    },
    resourceRoot: await rootOf(engine, options),
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

const Named = z.object({ resourceName: z.string() })

/** Files that a definition names by full path below the root, by their path there. */
export function resourcesIn(value: unknown, root: string | null): BoundNames['resources'] {
  const found: BoundNames['resources'] = {}
  if (root === null) return found
  const walk = (part: unknown): void => {
    if (typeof part !== 'object' || part === null) return
    const named = Named.safeParse(part)
    const fullName = named.success ? named.data.resourceName : ''
    if (fullName.startsWith(`${root}/`))
      found[fullName.slice(root.length + 1)] = { id: null, fullName }
    for (const inner of Object.values(part)) walk(inner)
  }
  walk(value)
  return found
}
