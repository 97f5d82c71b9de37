import type { OrgTx } from '../db/database.ts'
import type { Call } from '../lib/call.ts'
import { newId } from '../lib/ids.ts'
import { insertAuditEvent } from './audit-store.ts'

export interface AuditInput {
  /** `workflow.create`, `publication.approve` … */
  readonly action: string
  readonly subjectType:
    | 'workflow'
    | 'version'
    | 'publication'
    | 'deployment'
    | 'run'
    | 'cluster'
    | 'environment'
    | 'import'
    | 'member'
    | 'api_token'
    | 'rule'
    | 'channel'
    | 'route'
    | 'alert'
  readonly subjectId: string
  /** Never a secret; what changed, not the whole row where that is large. */
  readonly before?: unknown
  readonly after?: unknown
  readonly at: Date
}

/** Who did what to what, in the writer's own transaction: if this fails, so does the write. */
export async function recordAudit(tx: OrgTx, call: Call, input: AuditInput): Promise<void> {
  await insertAuditEvent(tx, {
    audit_id: newId('aud'),
    at: input.at,
    actor_kind: call.actor.kind,
    actor_id: call.actor.id,
    actor_name: call.actor.name,
    token_id: call.actor.tokenId,
    ip: call.actor.ip,
    request_id: call.requestId,
    action: input.action,
    subject_type: input.subjectType,
    subject_id: input.subjectId,
    before_json: input.before === undefined ? null : JSON.stringify(input.before),
    after_json: input.after === undefined ? null : JSON.stringify(input.after),
  })
}
