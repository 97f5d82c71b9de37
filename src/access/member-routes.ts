import { z } from '@hono/zod-openapi'
import { endpoint, json, type Router } from '../http/endpoint.ts'
import { IdempotencyHeader } from '../http/headers.ts'
import { PageQuery, pageOf } from '../http/paging.ts'
import { ROLES, SCOPES } from '../lib/call.ts'
import { plainName } from '../lib/plain-name.ts'
import {
  changeMember,
  createMember,
  pageOfMembers,
  readMember,
  type MemberDeps,
} from './manage-members.ts'

const ImIds = z
  .record(z.string().max(24), z.string().max(128))
  .openapi({ description: 'Channel kind → id there, for mentions' })
const Member = z
  .object({
    member_id: z.string(),
    name: z.string(),
    display_name: z.string(),
    email: z.string().nullable(),
    roles: z.array(z.enum(ROLES)),
    im_ids: ImIds,
    is_active: z.boolean(),
    created_at: z.string(),
    updated_at: z.string(),
  })
  .openapi('Member')
const profile = {
  display_name: plainName(255),
  email: z.email().nullable(),
  roles: z
    .array(z.enum(ROLES))
    .min(1)
    .transform((roles) => [...new Set(roles)]),
  im_ids: ImIds,
}
const CreateMember = z.strictObject({
  name: plainName(128),
  ...profile,
  email: profile.email.default(null),
  im_ids: ImIds.default({}),
})
const ChangeMember = z.strictObject({ ...profile, is_active: z.boolean() }).partial()
const Me = z.object({
  org_id: z.string(),
  member_id: z.string(),
  name: z.string(),
  roles: z.array(z.enum(ROLES)),
  scopes: z.array(z.enum(SCOPES)),
})
const MemberParams = z.object({ member_id: z.string() })
const tags = ['access']
const admin = { scope: 'admin', roles: ['admin'] } as const

export function mountMemberRoutes(api: Router, deps: MemberDeps): void {
  endpoint(
    api,
    { scope: 'read' },
    {
      method: 'get',
      path: '/me',
      operationId: 'getMe',
      description:
        'Whose token this is and in which organization. Each operation says what it needs: the scope in `x-scope`, and where roles are named, one of `x-roles`.',
      tags,
      responses: { 200: json(Me, 'Who this token is') },
    },
    (c) => {
      const { orgId, actor } = c.var.call
      return c.json(
        {
          org_id: orgId,
          member_id: actor.id,
          name: actor.name,
          roles: [...actor.roles],
          scopes: [...c.var.scopes],
        },
        200,
      )
    },
  )

  endpoint(
    api,
    { scope: 'read' },
    {
      method: 'get',
      path: '/members',
      operationId: 'listMembers',
      description: 'In order of creation, with those who left (`is_active` false).',
      tags,
      request: { query: PageQuery },
      responses: { 200: json(pageOf(Member), 'Members') },
    },
    async (c) => c.json(await pageOfMembers(deps, c.var.call, c.req.valid('query')), 200),
  )

  endpoint(
    api,
    { ...admin, problems: ['conflict'] },
    {
      method: 'post',
      path: '/members',
      operationId: 'createMember',
      description:
        'Gives no access by itself: `POST /api-tokens` makes a token for the member. `name` is what documents and policies call the person, and it stays for good. `member.exists`: the name is taken, perhaps by somebody who left.',
      tags,
      request: {
        headers: IdempotencyHeader,
        body: { required: true, ...json(CreateMember, 'A member') },
      },
      responses: { 201: json(Member, 'Created') },
    },
    async (c) =>
      c.json(
        await createMember(deps, c.var.call, {
          ...c.req.valid('json'),
          idempotencyKey: c.req.valid('header')['idempotency-key'],
        }),
        201,
      ),
  )

  endpoint(
    api,
    { scope: 'read', problems: ['not_found'] },
    {
      method: 'get',
      path: '/members/{member_id}',
      operationId: 'getMember',
      description: 'Also of somebody who left. `im_ids` is how messages mention the person.',
      tags,
      request: { params: MemberParams },
      responses: { 200: json(Member, 'The member') },
    },
    async (c) =>
      c.json(await readMember(deps, c.var.call, { memberId: c.req.valid('param').member_id }), 200),
  )

  endpoint(
    api,
    { ...admin, problems: ['not_found', 'conflict'] },
    {
      method: 'patch',
      path: '/members/{member_id}',
      operationId: 'changeMember',
      description:
        'What is not sent stays; `roles` and `im_ids` are replaced whole. With `is_active` false every token of the member stops working at once, and with true it works again. `member.last_admin`: one active admin has to remain.',
      tags,
      request: {
        params: MemberParams,
        body: { required: true, ...json(ChangeMember, 'What to change') },
      },
      responses: { 200: json(Member, 'Changed') },
    },
    async (c) => {
      const given = Object.entries(c.req.valid('json')).filter(([, value]) => value !== undefined)
      return c.json(
        await changeMember(deps, c.var.call, {
          memberId: c.req.valid('param').member_id,
          change: Object.fromEntries(given),
        }),
        200,
      )
    },
  )
}
