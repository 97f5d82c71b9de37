import type { CallOptions, Engine } from '../engine/engine.ts'
import { isRefusal } from '../engine/outcome.ts'
import type { Environment } from '../environments/environment.ts'

export type RawKind =
  | 'data_source'
  | 'environment'
  | 'alert_group'
  | 'task_group'
  | 'resource'
  | 'udf_function'
  | 'task'

/** Whether the engine has an id; `hidden`: the token's user may not look; `unknown`: it is not asked. */
export type Look = 'there' | 'missing' | 'hidden' | 'unknown'

/** One list for all ids of a kind; files are asked for one by one. */
export async function lookForIds(
  kind: RawKind,
  ids: readonly string[],
  connected: { readonly engine: Engine; readonly environment: Environment },
  options: CallOptions,
): Promise<ReadonlyMap<string, Look>> {
  if (kind === 'udf_function') return new Map(ids.map((id) => [id, 'unknown']))
  if (kind === 'resource') return lookForFiles(connected.engine, ids, options)
  const there = new Set(await listIds(kind, connected, options))
  return new Map(ids.map((id) => [id, there.has(id) ? 'there' : 'missing']))
}

async function listIds(
  kind: Exclude<RawKind, 'resource' | 'udf_function'>,
  { engine, environment }: { readonly engine: Engine; readonly environment: Environment },
  options: CallOptions,
): Promise<readonly string[]> {
  switch (kind) {
    case 'data_source':
      return (await engine.listDataSources(options)).map(({ id }) => String(id))
    case 'environment':
      return (await engine.listEnvironments(options)).map(({ code }) => code)
    case 'alert_group':
      return (await engine.listAlertGroups(options)).map(({ id }) => String(id))
    case 'task_group': {
      const groups = await engine.listTaskGroups(environment.projectCode, options)
      return groups.map(({ id }) => String(id))
    }
    // Those of the definition itself are named: any other is of none.
    case 'task':
      return []
  }
}

async function lookForFiles(
  engine: Engine,
  ids: readonly string[],
  options: CallOptions,
): Promise<ReadonlyMap<string, Look>> {
  const looks = new Map<string, Look>()
  for (const id of new Set(ids)) looks.set(id, await lookForFile(engine, id, options))
  return looks
}

/** As it stands, a file of 3.1 is an id, and one of later families a full name. */
async function lookForFile(engine: Engine, text: string, options: CallOptions): Promise<Look> {
  const isId = /^\d+$/.test(text)
  try {
    const found = isId
      ? await engine.findResourceById(Number(text), options)
      : await engine.findResource(text, options)
    return found && (isId || (found.id === null && found.fullName === text)) ? 'there' : 'missing'
  } catch (error) {
    // A file of somebody else, or a folder outside of the user's own.
    if (isRefusal(error)) return 'hidden'
    throw error
  }
}
