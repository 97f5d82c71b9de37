import type { Row } from '../db/tables.ts'
import { AppError } from '../lib/errors.ts'
import type { SecretBox } from '../lib/secrets.ts'
import type { ChannelKind, ChannelTarget } from './channel.ts'

/** What the API shows of a channel: its target went in and does not come out. */
export interface ChannelView {
  readonly channel_id: string
  readonly name: string
  readonly kind: string
  /** Host only. */
  readonly target_hint: string
  readonly is_enabled: boolean
  readonly disabled_reason: string | null
  readonly revision: number
  readonly created_at: string
  readonly updated_at: string
}

export function toChannelView(row: Row<'alert_channel'>): ChannelView {
  return {
    channel_id: row.channel_id,
    name: row.name,
    kind: row.kind,
    target_hint: row.target_hint,
    is_enabled: Boolean(row.is_enabled),
    disabled_reason: row.disabled_reason,
    revision: row.revision,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  }
}

/** What binds the sealed target to its row. */
export function targetContext(channelId: string): string {
  return `alert_channel.target_box:${channelId}`
}

export function sealTarget(
  secrets: SecretBox,
  channelId: string,
  target: ChannelTarget,
): { readonly target_box: string; readonly target_hint: string } {
  return {
    target_box: secrets.seal(JSON.stringify(target), targetContext(channelId)),
    target_hint: new URL(target.url).host.slice(0, 255),
  }
}

/** Standard Webhooks wants 24 to 64 bytes behind `whsec_`. */
export function assertTarget(kind: ChannelKind, target: ChannelTarget): void {
  const { username, password } = new URL(target.url)
  if (username !== '' || password !== '')
    throw new AppError('invalid', 'request.invalid', 'the address must carry no credentials', {
      issues: [
        {
          pointer: '/target/url',
          code: 'request.invalid',
          message: 'must carry no credentials',
        },
      ],
    })
  if (kind !== 'webhook' || target.secret === undefined) return
  const bytes = Buffer.from(target.secret.replace(/^whsec_/, ''), 'base64').length
  if (target.secret.startsWith('whsec_') && bytes >= 24 && bytes <= 64) return
  throw new AppError(
    'invalid',
    'request.invalid',
    'a webhook secret is whsec_ and base64 of 24 to 64 bytes',
    {
      issues: [
        {
          pointer: '/target/secret',
          code: 'request.invalid',
          message: 'whsec_ and base64 of 24 to 64 bytes',
        },
      ],
    },
  )
}
