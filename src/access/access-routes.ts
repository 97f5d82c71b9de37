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
import { createToken, pageOfTokens, revokeToken, type TokenDeps } from './manage-tokens.ts'

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
const Token = z
  .object({
    token_id: z.string(),
    member_id: z.string(),
    name: z.string(),
    scopes: z.array(z.string()),
    expires_at: z.string().nullable(),
    last_used_at: z.string().nullable(),
    revoked_at: z.string().nullable(),
    created_by: z.string().openapi({
      description: 'Member who made it, or who made the token that made it',
    }),
    created_at: z.string(),
  })
  .openapi('ApiToken')
const CreateToken = z.strictObject({
  member_id: z.string(),
  name: plainName(128),
  scopes: z
    .array(z.enum(SCOPES))
    .min(1)
    .transform((scopes) => [...new Set(scopes)])
    .optional()
    .openapi({ description: 'At most those of the token that makes it; missing: just those' }),
  expires_in_days: z.int().min(1).max(730).default(90),
})
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

export function mountAccessRoutes(api: Router, deps: MemberDeps & TokenDeps): void {
  endpoint(
    api,
    { scope: 'read' },
    {
      method: 'get',
      path: '/me',
      operationId: 'getMe',
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

  endpoint(
    api,
    { ...admin },
    {
      method: 'get',
      path: '/api-tokens',
      operationId: 'listApiTokens',
      tags,
      request: { query: PageQuery },
      responses: { 200: json(pageOf(Token), 'Tokens, without the tokens themselves') },
    },
    async (c) => c.json(await pageOfTokens(deps, c.var.call, c.req.valid('query')), 200),
  )

  endpoint(
    api,
    { ...admin, problems: ['not_found'] },
    {
      method: 'post',
      path: '/api-tokens',
      operationId: 'createApiToken',
      tags,
      request: { body: { required: true, ...json(CreateToken, 'A token for a member') } },
      responses: {
        201: json(Token.extend({ token: z.string() }), 'Created; `token` is shown this once'),
      },
    },
    async (c) => {
      const body = c.req.valid('json')
      const input = {
        memberId: body.member_id,
        name: body.name,
        scopes: body.scopes ?? null,
        callerScopes: c.var.scopes,
        expiresInDays: body.expires_in_days,
      }
      return c.json(await createToken(deps, c.var.call, input), 201)
    },
  )

  endpoint(
    api,
    { ...admin, problems: ['not_found'] },
    {
      method: 'delete',
      path: '/api-tokens/{token_id}',
      operationId: 'revokeApiToken',
      tags,
      request: { params: z.object({ token_id: z.string() }) },
      responses: { 204: { description: 'Revoked' } },
    },
    async (c) => {
      await revokeToken(deps, c.var.call, { tokenId: c.req.valid('param').token_id })
      return c.body(null, 204)
    },
  )
}
