import { z } from '@hono/zod-openapi'
import { AnyJson } from '../lib/any-json.ts'
import { Facts, SEVERITIES } from '../alerts/channel.ts'
import { endpoint, json, type Router } from '../http/endpoint.ts'
import { etagOf, IdempotencyHeader, IfMatchHeader, revisionOf } from '../http/headers.ts'
import { PageQuery, pageOf } from '../http/paging.ts'
import { plainName } from '../lib/plain-name.ts'
import { RuleSpec } from './inspection-rule.ts'
import {
  pageOfFindings,
  pageOfRules,
  readRule,
  toRuleView,
  type ListDeps,
} from './list-inspections.ts'
import { changeRule, createRule, type SaveRuleDeps } from './save-rule.ts'

const Rule = z
  .object({
    rule_id: z.string(),
    name: z.string(),
    kind: z.string(),
    params: z.looseObject({}),
    workflow_id: z.string().nullable(),
    environment_id: z.string().nullable(),
    severity: z.string(),
    is_enabled: z.boolean(),
    revision: z.int(),
    created_at: z.string(),
    updated_at: z.string(),
  })
  .openapi('InspectionRule')
const Finding = z
  .object({
    finding_id: z.string(),
    rule_id: z.string(),
    workflow_id: z.string().nullable(),
    environment_id: z.string().nullable(),
    state: z.string(),
    severity: z.string(),
    title: z.string(),
    facts: Facts,
    seen_count: z.int(),
    first_seen_at: z.string(),
    last_seen_at: z.string(),
    resolved_at: z.string().nullable(),
  })
  .openapi('Finding')
const Name = plainName(128)
const CreateBody = z.strictObject({
  name: Name,
  rule: RuleSpec,
  workflow_id: z.string().trim().nullable().default(null),
  environment: z
    .string()
    .nullable()
    .default(null)
    .openapi({ description: 'Id or name; null: all' }),
  severity: z.enum(SEVERITIES).default('critical'),
})
const ChangeBody = z.strictObject({
  name: Name.optional(),
  params: z.record(z.string(), AnyJson).optional(),
  severity: z.enum(SEVERITIES).optional(),
  is_enabled: z.boolean().optional(),
})
const Params = z.object({ rule_id: z.string() })
const tags = ['inspections']
const write = { scope: 'alerts', roles: ['admin', 'operator'] } as const

export function mountInspectionRoutes(api: Router, deps: ListDeps & SaveRuleDeps): void {
  endpoint(
    api,
    { scope: 'read' },
    {
      method: 'get',
      path: '/inspection-rules',
      operationId: 'listInspectionRules',
      description:
        'In order of creation, with those that are switched off. `workflow_id` or `environment_id` null: it holds for all.',
      tags,
      request: { query: PageQuery },
      responses: { 200: json(pageOf(Rule), 'Rules') },
    },
    async (c) => c.json(await pageOfRules(deps, c.var.call, c.req.valid('query')), 200),
  )

  endpoint(
    api,
    { ...write, problems: ['conflict', 'not_found'] },
    {
      method: 'post',
      path: '/inspection-rules',
      operationId: 'createInspectionRule',
      description:
        'Holds from the next run or publication on: what it sees is one finding with one alert until it is over. Its kind, workflow and environment stay for good; it can be switched off, not deleted. `rule.exists`: the name is taken.',
      tags,
      request: {
        headers: IdempotencyHeader,
        body: { required: true, ...json(CreateBody, 'A rule') },
      },
      responses: { 201: json(Rule, 'Created') },
    },
    async (c) => {
      const body = c.req.valid('json')
      const idempotencyKey = c.req.valid('header')['idempotency-key']
      const input = {
        name: body.name,
        spec: body.rule,
        workflowId: body.workflow_id,
        environment: body.environment,
        severity: body.severity,
        idempotencyKey,
      }
      return c.json(toRuleView(await createRule(deps, c.var.call, input)), 201)
    },
  )

  endpoint(
    api,
    { scope: 'read', problems: ['not_found'] },
    {
      method: 'get',
      path: '/inspection-rules/{rule_id}',
      operationId: 'getInspectionRule',
      description: 'Its ETag goes into `If-Match` of a change.',
      tags,
      request: { params: Params },
      responses: { 200: json(Rule, 'The rule') },
    },
    async (c) => {
      const rule = await readRule(deps, c.var.call, { ruleId: c.req.valid('param').rule_id })
      return c.json(rule, 200, { etag: etagOf(rule.revision) })
    },
  )

  endpoint(
    api,
    { ...write, problems: ['not_found', 'conflict'] },
    {
      method: 'patch',
      path: '/inspection-rules/{rule_id}',
      operationId: 'changeInspectionRule',
      description:
        'What is not sent stays; `params` are replaced whole and have to fit its kind (`request.invalid`). Switching it off closes its findings and resolves their alerts. `If-Match` is optional; where it no longer fits: `request.stale`. `rule.exists`: the name is taken.',
      tags,
      request: {
        params: Params,
        headers: IfMatchHeader,
        body: { required: true, ...json(ChangeBody, 'What to change') },
      },
      responses: { 200: json(Rule, 'Changed') },
    },
    async (c) => {
      const { name, params, severity, is_enabled: isEnabled } = c.req.valid('json')
      const revision = revisionOf(c.req.valid('header')['if-match'])
      const input = {
        ruleId: c.req.valid('param').rule_id,
        revision,
        name,
        params,
        severity,
        isEnabled,
      }
      return c.json(toRuleView(await changeRule(deps, c.var.call, input)), 200)
    },
  )

  endpoint(
    api,
    { scope: 'read' },
    {
      method: 'get',
      path: '/findings',
      operationId: 'listFindings',
      description:
        'One for each rule and trouble: seen again it only counts (`seen_count`), and it resolves by itself when the trouble is over or its rule is switched off.',
      tags,
      request: {
        query: PageQuery.extend({
          state: z.enum(['open', 'resolved']).optional(),
          workflow_id: z.string().optional(),
        }),
      },
      responses: { 200: json(pageOf(Finding), 'Newest first') },
    },
    async (c) => c.json(await pageOfFindings(deps, c.var.call, c.req.valid('query')), 200),
  )
}
