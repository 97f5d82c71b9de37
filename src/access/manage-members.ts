import { recordAudit } from '../audit/record-audit.ts'
import { afterId, toPage, type Page } from '../db/cursor.ts'
import { forOrg, inTx, type Db } from '../db/database.ts'
import { idempotently } from '../db/idempotent.ts'
import { writeJson } from '../db/json-column.ts'
import type { Call, Role } from '../lib/call.ts'
import { AppError } from '../lib/errors.ts'
import { newId } from '../lib/ids.ts'
import type { Clock } from '../lib/time.ts'
import { toMemberView, type MemberView } from './member.ts'
import { getMember, insertMember, listMembers, lockMembers, updateMember } from './member-store.ts'

export interface MemberDeps {
  readonly db: Db
  readonly now: Clock
}

export interface MemberInput {
  readonly name: string
  readonly display_name: string
  readonly email: string | null
  readonly roles: readonly Role[]
  readonly im_ids: Readonly<Record<string, string>>
}

export async function createMember(
  deps: MemberDeps,
  call: Call,
  input: MemberInput & { readonly idempotencyKey: string | undefined },
): Promise<MemberView> {
  const { idempotencyKey, ...member } = input
  const db = forOrg(deps.db, call.orgId)
  const at = deps.now()
  const request = { ...member, roles: [...member.roles], im_ids: { ...member.im_ids } }
  const { value } = await idempotently(
    db,
    call,
    { operation: 'createMember', key: idempotencyKey, request, at },
    async (tx) => {
      const memberId = newId('mem')
      await insertMember(tx, {
        ...member,
        member_id: memberId,
        roles: writeJson(member.roles),
        im_ids: writeJson(member.im_ids),
        created_at: at,
        updated_at: at,
      })
      await recordAudit(tx, call, {
        action: 'member.create',
        subjectType: 'member',
        subjectId: memberId,
        after: member,
        at,
      })
      return memberId
    },
  )
  return toMemberView(await getMember(db, value))
}

export type MemberChange = Partial<Omit<MemberInput, 'name'>> & { readonly is_active?: boolean }

/** An organization keeps at least one active admin. */
export async function changeMember(
  deps: MemberDeps,
  call: Call,
  input: { readonly memberId: string; readonly change: MemberChange },
): Promise<MemberView> {
  const db = forOrg(deps.db, call.orgId)
  const at = deps.now()
  await inTx(db, async (tx) => {
    const members = (await lockMembers(tx)).map(toMemberView)
    const before = members.find((member) => member.member_id === input.memberId)
    if (!before)
      throw new AppError('not_found', 'member.not_found', `no member "${input.memberId}"`)
    const after = { ...before, ...input.change }
    const isAdmin = (member: {
      readonly roles: readonly Role[]
      readonly is_active: boolean
    }): boolean => member.is_active && member.roles.includes('admin')
    if (isAdmin(before) && !isAdmin(after) && members.filter(isAdmin).length === 1) {
      throw new AppError(
        'conflict',
        'member.last_admin',
        'the organization would be left without an active admin',
      )
    }
    const { roles, im_ids, ...rest } = input.change
    await updateMember(tx, input.memberId, {
      ...rest,
      ...(roles ? { roles: writeJson(roles) } : {}),
      ...(im_ids ? { im_ids: writeJson(im_ids) } : {}),
      updated_at: at,
    })
    await recordAudit(tx, call, {
      action: 'member.change',
      subjectType: 'member',
      subjectId: input.memberId,
      before,
      after: input.change,
      at,
    })
  })
  return toMemberView(await getMember(db, input.memberId))
}

export async function readMember(
  deps: MemberDeps,
  call: Call,
  input: { readonly memberId: string },
): Promise<MemberView> {
  return toMemberView(await getMember(forOrg(deps.db, call.orgId), input.memberId))
}

export async function pageOfMembers(
  deps: MemberDeps,
  call: Call,
  page: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<Page<MemberView>> {
  const rows = await listMembers(forOrg(deps.db, call.orgId), {
    after: afterId(page),
    limit: page.limit,
  })
  return toPage(rows, { limit: page.limit, item: toMemberView, position: (row) => [row.member_id] })
}
