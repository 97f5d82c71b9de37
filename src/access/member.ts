import { z } from 'zod'
import { readJson } from '../db/json-column.ts'
import type { Row } from '../db/tables.ts'
import { ROLES, type Role } from '../lib/call.ts'

const Roles = z.array(z.enum(ROLES))
const ImIds = z.record(z.string(), z.string())

export interface MemberView {
  readonly member_id: string
  readonly name: string
  readonly display_name: string
  readonly email: string | null
  readonly roles: Role[]
  /** Channel kind → the person's id there, for mentions. */
  readonly im_ids: Record<string, string>
  readonly is_active: boolean
  readonly created_at: string
  readonly updated_at: string
}

export function toMemberView(row: Row<'org_member'>): MemberView {
  return {
    member_id: row.member_id,
    name: row.name,
    display_name: row.display_name,
    email: row.email,
    roles: readJson(Roles, row.roles),
    im_ids: readJson(ImIds, row.im_ids),
    is_active: Boolean(row.is_active),
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  }
}

/** What the API shows of a token: never the token, never its hash. */
export function toTokenView(row: Row<'api_token'>) {
  return {
    token_id: row.token_id,
    member_id: row.member_id,
    name: row.name,
    scopes: readJson(z.array(z.string()), row.scopes),
    expires_at: row.expires_at?.toISOString() ?? null,
    last_used_at: row.last_used_at?.toISOString() ?? null,
    revoked_at: row.revoked_at?.toISOString() ?? null,
    created_by: row.created_by,
    created_at: row.created_at.toISOString(),
  }
}
