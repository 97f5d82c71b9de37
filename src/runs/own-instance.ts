import type { EngineInstance } from '../engine/run.ts'
import { addMs } from '../lib/time.ts'
import type { Cycle } from './list-changes.ts'
import { PARAM } from './run.ts'
import { findUnbound, listSentUnbound } from './run-store.ts'

/** `later`: it may be ours, and the engine does not say yet what it was started with. */
export type Owner =
  | { readonly kind: 'later' }
  | { readonly kind: 'known'; readonly runId: string | null }

/** How long a start that a person has given up may still turn up on the engine. */
const GIVEN_UP_MS = 7 * 24 * 3_600_000

/**
 * Whose a new instance is. The engine is only asked while a start of ours, of the same definition,
 * has no instance yet: the row of a start is committed before the engine hears of it.
 */
export async function ownerOf(
  { db, connected, options, at }: Cycle,
  instance: EngineInstance,
): Promise<Owner> {
  const { engine, environment } = connected
  const { environmentId, projectCode } = environment
  const foreign: Owner = { kind: 'known', runId: null }
  if (instance.trigger === 'schedule' || instance.trigger === 'backfill') return foreign
  const waiting = await listSentUnbound(db, environmentId, {
    engineCode: instance.definitionCode,
    givenUpSince: addMs(at, -GIVEN_UP_MS),
  })
  if (waiting.length === 0) return foreign
  const detail = await engine.findInstance({ projectCode, instanceId: instance.id }, options)
  const runId = detail?.startParams[PARAM.runId]
  if (runId !== undefined)
    return { kind: 'known', runId: await findUnbound(db, environmentId, runId) }
  // 3.4 shows the parameters once the instance runs. An unresolved start waits without end.
  const mayBeOurs = detail?.state === 'queued' && Object.keys(detail.startParams).length === 0
  return mayBeOurs && waiting.some((row) => row.state === 'starting') ? { kind: 'later' } : foreign
}
