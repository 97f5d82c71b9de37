import { z } from 'zod'
import { readJson, readJsonOrNull } from '../db/json-column.ts'
import type { Row } from '../db/tables.ts'
import type { AlertRow } from './alert-store.ts'
import { AlertMessage, Facts } from './channel.ts'

/** `parked` waits for its channel to be switched on; `dead` was given up. */
export const DELIVERY_STATES = ['pending', 'sending', 'sent', 'parked', 'dead'] as const
export type DeliveryState = (typeof DELIVERY_STATES)[number]

/** What the API shows of an alert; `message` is null until it is written. */
export function toAlertView(row: AlertRow) {
  return {
    alert_id: row.alert_id,
    kind: row.kind,
    severity: row.severity,
    state: row.state,
    title: row.title,
    facts: readJson(Facts, row.facts),
    finding_id: row.finding_id,
    publication_id: row.publication_id,
    run_id: row.run_id,
    workflow_id: row.workflow_id,
    environment_id: row.environment_id,
    message: readJsonOrNull(AlertMessage, row.message),
    channel_count: row.message === null ? null : (row.channel_count ?? 0),
    created_at: row.created_at.toISOString(),
    resolved_at: row.resolved_at?.toISOString() ?? null,
  }
}

const LastError = z.object({ reason: z.string() })

export function toDeliveryView(row: Row<'alert_delivery'>) {
  return {
    delivery_id: row.delivery_id,
    alert_id: row.alert_id,
    channel_id: row.channel_id,
    event: row.event,
    state: row.state,
    attempts: row.attempts,
    next_attempt_at: row.next_attempt_at?.toISOString() ?? null,
    last_error: readJsonOrNull(LastError, row.last_error)?.reason ?? null,
    created_at: row.created_at.toISOString(),
    sent_at: row.sent_at?.toISOString() ?? null,
  }
}
