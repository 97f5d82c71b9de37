import { recordAudit } from '../audit/record-audit.ts'
import type { OrgTx } from '../db/database.ts'
import type { Row } from '../db/tables.ts'
import type { Call } from '../lib/call.ts'
import { updateChannel } from './channel-store.ts'

/**
 * Switches off a channel whose receiver is gone. False: it was changed since that message was sent,
 * so what the receiver said may hold no more.
 */
export async function disableChannel(
  tx: OrgTx,
  call: Call,
  input: { readonly channel: Row<'alert_channel'>; readonly reason: string; readonly at: Date },
): Promise<boolean> {
  const { channel, at } = input
  const reason = input.reason.slice(0, 255)
  const change = {
    is_enabled: false,
    disabled_reason: reason,
    updated_at: at,
    revision: channel.revision,
  }
  if (!(await updateChannel(tx, channel.channel_id, change))) return false
  await recordAudit(tx, call, {
    action: 'channel.disable',
    subjectType: 'channel',
    subjectId: channel.channel_id,
    before: { is_enabled: true },
    after: { is_enabled: false, reason },
    at,
  })
  return true
}
