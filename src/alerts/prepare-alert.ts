import { z } from 'zod'
import { forOrg, inTx, type Db, type OrgReader, type OrgTx } from '../db/database.ts'
import { readJson, writeJson } from '../db/json-column.ts'
import { databaseNow } from '../db/now.ts'
import type { Row } from '../db/tables.ts'
import { isNoAnswer } from '../engine/outcome.ts'
import type { Call } from '../lib/call.ts'
import { addMs, type Clock } from '../lib/time.ts'
import { markPrepared, markPrepareLater, takeUnprepared } from './alert-store.ts'
import { Facts, SEVERITIES, type AlertMessage, type Severity } from './channel.ts'
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
/** Not shorter than the job lets one try take; one that was cut off comes again after it. */
const LEASE_MS = 20_000
/** A task may print a line of any length; a message has to fit into a packet and on a screen. */
const MAX_LINE_CHARS = 1_000
const UNREADABLE = {
  task: null,
  logTail: [],
  logNote: 'The log could not be read from the engine.',
}

/** Writes an alert's message and its deliveries; once, whoever does it. */
export async function prepareAlert(
  deps: PrepareAlertDeps,
  call: Call,
  alertId: string,
): Promise<void> {
  const at = forOrg(deps.db, call.orgId)
  const alert = await inTx(at, async (tx) => {
    const now = await databaseNow(tx.q)
    return takeUnprepared(tx, alertId, { now, until: addMs(now, LEASE_MS) })
  })
  if (!alert) return
  const failure = await readFailureOrNull(deps, call, alert)
  if (failure === 'later')
    return inTx(at, async (tx) =>
      markPrepareLater(tx, alertId, addMs(await databaseNow(tx.q), NEXT_TRY_MS)),
    )
  const message = composeMessage(alert, { subject: await deps.describe(at, alert), failure })
  const channelIds = await inTx(at, async (tx) => {
    if (!(await markPrepared(tx, alertId, writeJson(message)))) return null
    return insertFiring(tx, alert, { severity: message.severity, at: deps.now() })
  })
  if (channelIds?.length === 0)
    call.log.warn(
      { event: 'alert.no_channel', alert_id: alertId, kind: alert.kind, severity: alert.severity },
      'no route leads this alert to a channel',
    )
}

async function insertFiring(
  tx: OrgTx,
  alert: Row<'alert'>,
  { severity, at }: { readonly severity: Severity; readonly at: Date },
): Promise<readonly string[]> {
  const event = 'firing'
  const { alert_id: alertId, environment_id: environmentId, kind } = alert
  const channelIds = await listChannelIdsFor(tx, { environmentId, kind, severity, event })
  await insertDeliveries(tx, { alertId, channelIds, event, at, dueAt: await databaseNow(tx.q) })
  return channelIds
}

async function readFailureOrNull(
  deps: PrepareAlertDeps,
  call: Call,
  alert: Row<'alert'>,
): Promise<FailureDetail | null | 'later'> {
  // A run that was never found has no task and no log.
  if (alert.run_id === null || alert.kind === 'run_unresolved') return null
  // Earlier tries were cut off before they could answer.
  if (alert.prepare_attempts > MAX_LOG_TRIES) return UNREADABLE
  try {
    return await deps.readFailure(call, alert.run_id)
  } catch (error) {
    call.signal.throwIfAborted()
    if (isNoAnswer(error) && alert.prepare_attempts < MAX_LOG_TRIES) return 'later'
    call.log.warn(
      { event: 'alert.log_unreadable', alert_id: alert.alert_id, err: error },
      'the log of a failing task could not be read',
    )
    return UNREADABLE
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
    log_tail: (failure?.logTail ?? []).map(cutLine),
    log_note: failure?.logNote ?? null,
    facts: readJson(Facts, alert.facts),
    link: subject.link,
    happened_at: alert.created_at.toISOString(),
  }
}

function cutLine(line: string): string {
  if (line.length <= MAX_LINE_CHARS) return line
  // A cut through a surrogate pair would be no JSON to the database.
  return `${line.slice(0, MAX_LINE_CHARS).toWellFormed()}…`
}
