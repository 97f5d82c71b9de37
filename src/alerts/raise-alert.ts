import type { OrgTx } from '../db/database.ts'
import { writeJson } from '../db/json-column.ts'
import { databaseNow } from '../db/now.ts'
import { newId } from '../lib/ids.ts'
import { insertAlert } from './alert-store.ts'
import type { AlertKind, Severity } from './channel.ts'

export interface AlertInput {
  /** The same trouble raises one alert, however often it is seen. */
  readonly dedupKey: string
  readonly kind: AlertKind
  readonly severity: Severity
  readonly title: string
  readonly facts: readonly { readonly label: string; readonly value: string }[]
  readonly findingId: string | null
  readonly publicationId: string | null
  readonly runId: string | null
  readonly workflowId: string | null
  readonly environmentId: string | null
  readonly at: Date
}

/**
 * Puts an alert into the outbox, in the transaction of what caused it. Its message is written
 * afterwards (the log's tail has to be asked from the engine), then it is delivered.
 */
export async function raiseAlert(tx: OrgTx, input: AlertInput): Promise<boolean> {
  return insertAlert(tx, {
    alert_id: newId('alr'),
    dedup_key: input.dedupKey,
    kind: input.kind,
    severity: input.severity,
    state: 'firing',
    finding_id: input.findingId,
    publication_id: input.publicationId,
    run_id: input.runId,
    workflow_id: input.workflowId,
    environment_id: input.environmentId,
    title: input.title.slice(0, 500),
    facts: writeJson(input.facts),
    prepare_after: await databaseNow(tx.q),
    prepare_attempts: 0,
    created_at: input.at,
  })
}
