import { z } from 'zod'
import { forOrg, inTx, type Db, type OrgReader } from '../db/database.ts'
import { readJson, writeJson } from '../db/json-column.ts'
import type { Row } from '../db/tables.ts'
import { isNoAnswer } from '../engine/outcome.ts'
import type { Call } from '../lib/call.ts'
import { addMs, type Clock } from '../lib/time.ts'
import { findAlert, markPrepared, markPrepareLater } from './alert-store.ts'
import { SEVERITIES, type AlertMessage } from './channel.ts'
import { insertDeliveries } from './delivery-store.ts'
import { listChannelIdsFor } from './route-store.ts'

export interface FailureDetail {
  readonly task: { readonly key: string | null; readonly name: string } | null
  readonly logTail: readonly string[]
  readonly logNote: string | null
}

export interface Subject {
  readonly workflow: { readonly id: string; readonly name: string } | null
  readonly environment: string | null
  readonly owner: {
    readonly name: string
    readonly im_ids: Readonly<Record<string, string>>
  } | null
  readonly link: string | null
}

export interface PrepareAlertDeps {
  readonly db: Db
  readonly now: Clock
  /** What an alert is about, from the database alone. */
  readonly describe: (at: OrgReader, alert: Row<'alert'>) => Promise<Subject>
  /** Root failing task and its log, asked from the engine. */
  readonly readFailure: (call: Call, runId: string) => Promise<FailureDetail>
}

/** A message without its log is better than one that comes too late. */
const MAX_LOG_TRIES = 3
const NEXT_TRY_MS = 5_000

const Facts = z.array(z.object({ label: z.string(), value: z.string() }))

/** Writes an alert's message and its deliveries; once, whoever does it. */
export async function prepareAlert(
  deps: PrepareAlertDeps,
  call: Call,
  alertId: string,
): Promise<void> {
  const at = forOrg(deps.db, call.orgId)
  const alert = await findAlert(at, alertId)
  if (!alert?.prepare_after) return
  const failure = await readFailureOrNull(deps, call, alert)
  if (failure === 'later') {
    const next = { at: addMs(deps.now(), NEXT_TRY_MS), attempts: alert.prepare_attempts + 1 }
    return inTx(at, (tx) => markPrepareLater(tx, alertId, next))
  }
  const message = composeMessage(alert, { subject: await deps.describe(at, alert), failure })
  await inTx(at, async (tx) => {
    if (!(await markPrepared(tx, alertId, writeJson(message)))) return
    const channelIds = await listChannelIdsFor(tx, {
      environmentId: alert.environment_id,
      kind: alert.kind,
      severity: message.severity,
    })
    await insertDeliveries(tx, { alertId, channelIds, event: message.event, at: deps.now() })
  })
}

async function readFailureOrNull(
  deps: PrepareAlertDeps,
  call: Call,
  alert: Row<'alert'>,
): Promise<FailureDetail | null | 'later'> {
  if (alert.run_id === null) return null
  try {
    return await deps.readFailure(call, alert.run_id)
  } catch (error) {
    call.signal.throwIfAborted()
    if (isNoAnswer(error) && alert.prepare_attempts + 1 < MAX_LOG_TRIES) return 'later'
    call.log.warn(
      { event: 'alert.log_unreadable', alert_id: alert.alert_id, err: error },
      'the log of a failing task could not be read',
    )
    return { task: null, logTail: [], logNote: 'The log could not be read from the engine.' }
  }
}

function composeMessage(
  alert: Row<'alert'>,
  about: { readonly subject: Subject; readonly failure: FailureDetail | null },
): AlertMessage {
  const { subject, failure } = about
  return {
    alert_id: alert.alert_id,
    kind: alert.kind,
    severity: z.enum(SEVERITIES).parse(alert.severity),
    event: 'firing',
    title: alert.title,
    workflow: subject.workflow,
    environment: subject.environment,
    owner:
      subject.owner === null
        ? null
        : { name: subject.owner.name, im_ids: { ...subject.owner.im_ids } },
    failing_task: failure?.task ?? null,
    log_tail: [...(failure?.logTail ?? [])],
    log_note: failure?.logNote ?? null,
    facts: readJson(Facts, alert.facts),
    link: subject.link,
    happened_at: alert.created_at.toISOString(),
  }
}
