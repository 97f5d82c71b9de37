import { recordAudit } from '../audit/record-audit.ts'
import { forOrg, inTx, type Db } from '../db/database.ts'
import { readJson } from '../db/json-column.ts'
import type { Call } from '../lib/call.ts'
import { newId } from '../lib/ids.ts'
import type { SecretBox } from '../lib/secrets.ts'
import type { Clock } from '../lib/time.ts'
import { targetContext } from './alert-channel.ts'
import { ChannelTarget, type AlertMessage, type Channel, type ChannelKind } from './channel.ts'
import { getChannel } from './channel-store.ts'

export interface TestChannelDeps {
  readonly db: Db
  readonly now: Clock
  readonly secrets: SecretBox
  readonly channels: Readonly<Record<ChannelKind, Channel>>
}

/** Sends one test message at once and tells what the receiver said. */
export async function testChannel(
  deps: TestChannelDeps,
  call: Call,
  input: { readonly channelId: string },
) {
  const db = forOrg(deps.db, call.orgId)
  const row = await getChannel(db, input.channelId)
  const kind: ChannelKind = row.kind === 'feishu' ? 'feishu' : 'webhook'
  const outcome = await deps.channels[kind].send({
    deliveryId: newId('dlv'),
    target: readJson(
      ChannelTarget,
      deps.secrets.open(row.target_box, targetContext(row.channel_id)),
    ),
    message: testMessage(row.name, deps.now()),
    at: deps.now(),
    signal: call.signal,
  })
  const reason = outcome.kind === 'sent' ? null : outcome.reason
  await inTx(db, (tx) =>
    recordAudit(tx, call, {
      action: 'channel.test',
      subjectType: 'channel',
      subjectId: row.channel_id,
      after: { outcome: outcome.kind, reason },
      at: deps.now(),
    }),
  )
  return { outcome: outcome.kind, reason }
}

function testMessage(name: string, at: Date): AlertMessage {
  return {
    alert_id: 'test',
    kind: 'test',
    severity: 'info',
    event: 'test',
    title: `Test message of the channel "${name}"`,
    workflow: null,
    environment: null,
    owner: null,
    failing_task: null,
    log_tail: [],
    log_note: null,
    facts: [],
    link: null,
    happened_at: at.toISOString(),
  }
}
