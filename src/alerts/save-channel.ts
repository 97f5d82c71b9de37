import { createHash } from 'node:crypto'
import { recordAudit } from '../audit/record-audit.ts'
import { forOrg, inTx, type Db } from '../db/database.ts'
import { idempotently } from '../db/idempotent.ts'
import { databaseNow } from '../db/now.ts'
import type { Call } from '../lib/call.ts'
import { AppError } from '../lib/errors.ts'
import { newId } from '../lib/ids.ts'
import type { SecretBox } from '../lib/secrets.ts'
import type { Clock } from '../lib/time.ts'
import { assertTarget, sealTarget, toChannelView, type ChannelView } from './alert-channel.ts'
import type { ChannelKind, ChannelTarget } from './channel.ts'
import { getChannel, insertChannel, lockChannel, updateChannel } from './channel-store.ts'
import { markMissedDue } from './delivery-store.ts'

export interface SaveChannelDeps {
  readonly db: Db
  readonly now: Clock
  readonly secrets: SecretBox
}

export interface CreateChannelInput {
  readonly name: string
  readonly kind: ChannelKind
  readonly target: ChannelTarget
  readonly idempotencyKey: string | undefined
}

export async function createChannel(
  deps: SaveChannelDeps,
  call: Call,
  input: CreateChannelInput,
): Promise<ChannelView> {
  assertTarget(input.kind, input.target)
  const db = forOrg(deps.db, call.orgId)
  const at = deps.now()
  const request = { name: input.name, kind: input.kind, target_digest: digestOf(input.target) }
  const { value } = await idempotently(
    db,
    call,
    { operation: 'createAlertChannel', key: input.idempotencyKey, request, at },
    async (tx) => {
      const channelId = newId('chn')
      const channel = {
        channel_id: channelId,
        name: input.name,
        kind: input.kind,
        ...sealTarget(deps.secrets, channelId, input.target),
      }
      await insertChannel(tx, {
        ...channel,
        is_enabled: true,
        revision: 1,
        created_at: at,
        updated_at: at,
      })
      await recordAudit(tx, call, {
        action: 'channel.create',
        subjectType: 'channel',
        subjectId: channelId,
        after: { name: input.name, kind: input.kind, target_hint: channel.target_hint },
        at,
      })
      return channelId
    },
  )
  return toChannelView(await getChannel(db, value))
}

export interface UpdateChannelInput {
  readonly channelId: string
  /** null: whatever the revision is. */
  readonly revision: number | null
  readonly name?: string | undefined
  readonly target?: ChannelTarget | undefined
  /** Enabling clears the reason why it was switched off, and sends what was missed. */
  readonly isEnabled?: boolean | undefined
}

export async function changeChannel(
  deps: SaveChannelDeps,
  call: Call,
  input: UpdateChannelInput,
): Promise<ChannelView> {
  const db = forOrg(deps.db, call.orgId)
  const at = deps.now()
  await inTx(db, async (tx) => {
    const channel = await lockChannel(tx, input.channelId)
    const kind: ChannelKind = channel.kind === 'feishu' ? 'feishu' : 'webhook'
    if (input.target) assertTarget(kind, input.target)
    const change = {
      ...(input.name === undefined ? {} : { name: input.name }),
      ...(input.target ? sealTarget(deps.secrets, channel.channel_id, input.target) : {}),
      ...(input.isEnabled === undefined
        ? {}
        : { is_enabled: input.isEnabled, disabled_reason: input.isEnabled ? null : 'by an admin' }),
    }
    const revision = input.revision ?? channel.revision
    if (!(await updateChannel(tx, channel.channel_id, { ...change, updated_at: at, revision }))) {
      throw new AppError('conflict', 'request.stale', 'the channel was changed since it was read', {
        details: { current_revision: channel.revision },
      })
    }
    if (input.isEnabled && !channel.is_enabled)
      await markMissedDue(tx, channel.channel_id, await databaseNow(tx.q))
    const after = {
      name: input.name,
      is_enabled: input.isEnabled,
      is_target_changed: input.target !== undefined,
    }
    await recordAudit(tx, call, {
      action: 'channel.change',
      subjectType: 'channel',
      subjectId: channel.channel_id,
      before: { name: channel.name, is_enabled: Boolean(channel.is_enabled) },
      after,
      at,
    })
  })
  return toChannelView(await getChannel(db, input.channelId))
}

/** Tells targets apart without holding one. */
function digestOf(target: ChannelTarget): string {
  return createHash('sha256').update(JSON.stringify(target)).digest('hex')
}
