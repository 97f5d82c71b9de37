import { z } from 'zod'
import type { OrgReader } from '../db/database.ts'
import { readJsonOrNull } from '../db/json-column.ts'
import type { CallOptions } from '../engine/engine.ts'
import type { ConnectedEnvironment } from '../environments/connect-environment.ts'
import { must } from '../lib/must.ts'
import { addMs } from '../lib/time.ts'
import { PARAM } from './run.ts'
import { listByInstances, type RunRow } from './run-store.ts'

const Receipt = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('accepted') }),
  z.object({ kind: z.literal('trigger'), triggerCode: z.string() }),
  z.object({ kind: z.literal('instances'), instanceIds: z.array(z.int()) }),
])

/** Clocks of engine and database may differ by this much. */
const MARGIN_MS = 120_000
const PAGE = 100
const MAX_PAGES = 20

/** The engine's instance of a start, by what the start carried; null: not there (yet). */
export async function findStarted(
  db: OrgReader,
  { connected, run }: { readonly connected: ConnectedEnvironment; readonly run: RunRow },
  options: CallOptions,
): Promise<number | null> {
  const { engine, environment, skewMs } = connected
  const { projectCode } = environment
  const receipt = readJsonOrNull(Receipt, run.start_receipt)
  if (receipt?.kind === 'trigger') {
    const [instance] = await engine.findInstancesOfTrigger(
      projectCode,
      receipt.triggerCode,
      options,
    )
    if (instance) return instance.id
  }
  const sentAt = addMs(must(run.sent_at, 'a started run was sent'), skewMs)
  const window = { from: addMs(sentAt, -MARGIN_MS), to: addMs(sentAt, 2 * MARGIN_MS + 3_600_000) }
  const definitionCode = must(run.engine_code, 'a started run knows its definition')
  for (let page = 1, read = 0; page <= MAX_PAGES; page++) {
    const { items, total } = await engine.listInstances(
      { projectCode, definitionCode, window, page, pageSize: PAGE },
      options,
    )
    const known = await listByInstances(
      db,
      environment.environmentId,
      items.map((item) => item.id),
    )
    const bound = new Set(known.map((row) => row.engine_instance_id))
    for (const { id } of items.filter((item) => !bound.has(item.id))) {
      const detail = await engine.findInstance({ projectCode, instanceId: id }, options)
      if (detail?.startParams[PARAM.runId] === run.run_id) return id
    }
    read += items.length
    if (items.length === 0 || read >= total) return null
  }
  return null
}
