import { z } from 'zod'
import { readJsonOrNull } from '../db/json-column.ts'
import type { CallOptions } from '../engine/engine.ts'
import type { ConnectedEnvironment } from '../environments/connect-environment.ts'
import { must } from '../lib/must.ts'
import { addMs } from '../lib/time.ts'
import { PARAM } from './run.ts'
import type { RunRow } from './run-store.ts'

const Receipt = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('accepted') }),
  z.object({ kind: z.literal('trigger'), triggerCode: z.string() }),
  z.object({ kind: z.literal('instances'), instanceIds: z.array(z.int()) }),
])

/** Clocks of engine and database may differ by this much. */
const MARGIN_MS = 120_000
const PAGE = 50

/** The engine's instance of a start, by what the start carried; null: not there (yet). */
export async function findStarted(
  { engine, environment, skewMs }: ConnectedEnvironment,
  run: RunRow,
  options: CallOptions,
): Promise<number | null> {
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
  const { items } = await engine.listInstances(
    { projectCode, definitionCode, window, page: 1, pageSize: PAGE },
    options,
  )
  for (const { id } of items) {
    const detail = await engine.findInstance({ projectCode, instanceId: id }, options)
    if (detail?.startParams[PARAM.runId] === run.run_id) return id
  }
  return null
}
