import { z } from '@hono/zod-openapi'
import { endpoint, json, type Router } from '../http/endpoint.ts'
import { PageQuery, pageOf } from '../http/paging.ts'
import { SCOPES } from '../lib/call.ts'
import { plainName } from '../lib/plain-name.ts'
import { createToken, pageOfTokens, revokeToken, type TokenDeps } from './manage-tokens.ts'

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
const tags = ['access']
const admin = { scope: 'admin', roles: ['admin'] } as const

export function mountTokenRoutes(api: Router, deps: TokenDeps): void {
  endpoint(
    api,
    { ...admin },
    {
      method: 'get',
      path: '/api-tokens',
      operationId: 'listApiTokens',
      description:
        'In order of creation, with those that expired or were revoked. `last_used_at` is exact to a minute.',
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
      description:
        'Each request makes another token and shows it once: revoke one that got lost. It has no scope that the token of the request lacks (`auth.forbidden`), and decides about nothing that its maker requested or wrote.',
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
      description:
        'It is refused from the next request on and cannot be brought back. One that was revoked before is `token.not_found`.',
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
