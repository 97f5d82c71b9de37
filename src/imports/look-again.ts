import type { LiveState } from '../publishing/plan.ts'
import type { DefinitionHead } from '../engine/definition.ts'
import type { ItemError } from './needed-workflows.ts'
import type { ImportStep } from './run-import.ts'

export type Heads = ReadonlyMap<string, DefinitionHead>

/** What the engine lists of every definition now: one list, however many are adopted. */
export async function readHeads({ connected, options }: ImportStep): Promise<Heads> {
  const { engine, environment } = connected
  const heads = await engine.listDefinitionHeads(environment.projectCode, options)
  return new Map(heads.map((head) => [head.code, head]))
}

/** What keeps out an item that was previewed; null: it is still what was read. */
export async function changeSince(
  { connected, options }: ImportStep,
  heads: Heads,
  { code, engine_version: version }: LiveState,
): Promise<ItemError | null> {
  const head = heads.get(code)
  if (head) return head.version === version ? null : EDITED
  // Pages of a list that changes may skip a row: only the engine's own "not found" counts.
  const { engine, environment } = connected
  const found = await engine.findDefinition({ projectCode: environment.projectCode, code }, options)
  if (!found) return GONE
  return found.version === version ? null : EDITED
}

const EDITED: ItemError = {
  code: 'import.edited',
  message: 'it was edited on the engine after it was read: import it again',
}
const GONE: ItemError = {
  code: 'import.gone',
  message: 'it was deleted on the engine after it was read',
}

/** Online state may change without a new version; an offline definition has its schedule down. */
export function asOnlineNow(heads: Heads, live: LiveState): LiveState {
  const isOnline = heads.get(live.code)?.isOnline ?? live.is_online
  if (isOnline) return { ...live, is_online: true }
  const schedules = live.schedules.map((schedule) => ({ ...schedule, is_online: false }))
  return { ...live, is_online: false, schedules }
}
