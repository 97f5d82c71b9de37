import { z } from '@hono/zod-openapi'
import type { WorkflowDocument as Document } from '../definition/document.ts'
import { parseWorkflow } from '../definition/parse.ts'
import { checkDocument } from '../definition/checks/check-document.ts'
import { findIssues } from '../definition/validate.ts'
import { endpoint, json, type Router } from '../http/endpoint.ts'
import { etagOf, IdempotencyHeader, IfMatchHeader, revisionOf } from '../http/headers.ts'
import { bodyText, isYaml, parseJson } from '../http/json-body.ts'
import { boundIssues } from '../lib/bound-issues.ts'
import { AppError } from '../lib/errors.ts'
import { readWorkflowDetail, type DetailDeps } from '../views/workflow-detail.ts'
import { createWorkflow, type WorkflowDeps } from './create-workflow.ts'
import { deleteWorkflow } from './delete-workflow.ts'
import { must } from '../lib/must.ts'
import { parseYamlTexts } from './parse-yaml-texts.ts'
import { documentOf } from './read-document.ts'
import { saveDraft } from './save-draft.ts'
import { CheckFinding, WorkflowDocument } from './workflow-schema.ts'

const Issue = z.object({ pointer: z.string(), code: z.string(), message: z.string() })
const Execution = z
  .object({
    run_id: z.string(),
    state: z.string(),
    started_at: z.string().nullable(),
    ended_at: z.string().nullable(),
    duration_ms: z.number().nullable(),
    environment: z.string(),
    version: z.int().nullable(),
    trigger: z.string(),
    attempt: z.int(),
    engine_link: z.string().nullable(),
    start_error: z.string().nullable().openapi({ description: 'Why it was not started' }),
  })
  .openapi('Execution')
const AsPublished = z
  .boolean()
  .openapi({ description: 'As published; what the engine has now is told by `drift_state`' })
const Deployment = z
  .object({
    deployment_id: z.string(),
    environment: z.string(),
    state: z.string(),
    version: z.int().nullable(),
    engine_code: z.string().nullable(),
    engine_version: z.int().nullable(),
    is_online: AsPublished,
    is_schedule_online: AsPublished,
    drift_state: z.string().nullable().openapi({ description: 'null: not looked at yet' }),
    as_of: z.string().nullable(),
    updated_at: z.string(),
  })
  .openapi('WorkflowDeployment')
const Workflow = z
  .object({
    workflow_id: z.string(),
    name: z.string(),
    description: z.string(),
    owner: z.string().nullable(),
    tags: z.array(z.string()),
    latest_version: z.int().nullable(),
    default_version: z
      .int()
      .nullable()
      .openapi({ description: 'Deployed in the last environment, else the newest' }),
    versions: z.array(z.int()).openapi({ description: 'Newest first' }),
    params_schema: WorkflowDocument.shape.start.unwrap().shape.params,
    draft: WorkflowDocument,
    issues: z.array(Issue).openapi({ description: 'Faults of the draft; they block a version' }),
    checks: z
      .array(CheckFinding)
      .openapi({ description: 'What in the draft is probably not meant; blocks nothing' }),
    deployments: z.array(Deployment),
    executions: z.array(Execution).openapi({ description: 'The last 10, newest first' }),
    freshness: z.array(
      z.object({ environment: z.string(), as_of: z.string().nullable(), is_stale: z.boolean() }),
    ),
    created_at: z.string(),
    updated_at: z.string(),
  })
  .openapi('Workflow')
const DocumentBody = {
  required: true,
  content: {
    'application/json': { schema: { $ref: '#/components/schemas/WorkflowDocument' } },
    'application/yaml': { schema: z.string() },
  },
}
const Params = z.object({ workflow_id: z.string() })
const tags = ['workflows']
const write = { scope: 'workflows', roles: ['author'] } as const

export function mountWorkflowRoutes(api: Router, deps: WorkflowDeps & DetailDeps): void {
  endpoint(
    api,
    { scope: 'read' },
    {
      method: 'post',
      path: '/workflows:validate',
      operationId: 'validateWorkflow',
      description:
        'Keeps nothing and asks no engine: whether the names exist in an environment is for a plan to say. `issues` would block a version, `checks` block nothing. `workflow.invalid`: the shape is wrong, with a pointer to each fault.',
      tags,
      request: { body: DocumentBody },
      responses: {
        200: json(
          z.object({ issues: z.array(Issue), checks: z.array(CheckFinding) }),
          'Faults of the meaning; faults of the shape are 422',
        ),
      },
    },
    async (c) => {
      const document = await bodyDocument(c.req, c.var.call.signal)
      const checks = [...checkDocument(document, { now: deps.now() })]
      return c.json({ issues: boundIssues(findIssues(document)), checks }, 200)
    },
  )

  endpoint(
    api,
    { ...write, problems: ['conflict'] },
    {
      method: 'post',
      path: '/workflows',
      operationId: 'createWorkflow',
      description:
        'Makes a draft: `POST /workflows/{workflow_id}/versions` makes a version of it, and engines hear of it by a publication only. The id is the document’s and is never free again (`workflow.exists`). Faults of the meaning are saved and answered as `issues`; those of the shape are `workflow.invalid`.',
      tags,
      request: { headers: IdempotencyHeader, body: DocumentBody },
      responses: { 201: json(Workflow, 'Created, with its first draft') },
    },
    async (c) => {
      const idempotencyKey = c.req.valid('header')['idempotency-key']
      const workflowId = await createWorkflow(deps, c.var.call, {
        document: await bodyDocument(c.req, c.var.call.signal),
        idempotencyKey,
      })
      const { body, revision } = await readWorkflowDetail(deps, c.var.call, { workflowId })
      return c.json(body, 201, { etag: etagOf(revision) })
    },
  )

  endpoint(
    api,
    { scope: 'read', problems: ['not_found'] },
    {
      method: 'get',
      path: '/workflows/{workflow_id}',
      operationId: 'getWorkflow',
      description:
        'Also lists its last 20 versions and its deployments; runs are of all environments, or of `environment`. No engine is asked: `freshness` tells when each environment was last seen.',
      tags,
      request: { params: Params, query: z.object({ environment: z.string().optional() }) },
      responses: {
        200: json(Workflow, 'The workflow with its last executions; the ETag is the draft’s'),
      },
    },
    async (c) => {
      const input = {
        workflowId: c.req.valid('param').workflow_id,
        environment: c.req.valid('query').environment,
      }
      const { body, revision } = await readWorkflowDetail(deps, c.var.call, input)
      return c.json(body, 200, { etag: etagOf(revision) })
    },
  )

  endpoint(
    api,
    { ...write, problems: ['not_found', 'conflict'] },
    {
      method: 'put',
      path: '/workflows/{workflow_id}',
      operationId: 'saveDraft',
      description:
        'Needs `If-Match`: the ETag that was read, or `*` to write over whatever is there. `workflow.stale_draft`: somebody saved meanwhile; `current_etag` and a three-way `difference` come with it. `workflow.invalid`: the shape is wrong. Versions and engines stay as they are.',
      tags,
      request: { params: Params, headers: IfMatchHeader, body: DocumentBody },
      responses: {
        200: json(Workflow, 'The draft is saved; `issues` says what still blocks a version'),
      },
    },
    async (c) => {
      const workflowId = c.req.valid('param').workflow_id
      await saveDraft(deps, c.var.call, {
        workflowId,
        document: await bodyDocument(c.req, c.var.call.signal),
        revision: requiredRevision(c.req.valid('header')['if-match']),
      })
      const { body, revision } = await readWorkflowDetail(deps, c.var.call, { workflowId })
      return c.json(body, 200, { etag: etagOf(revision) })
    },
  )

  endpoint(
    api,
    { ...write, problems: ['not_found', 'conflict'] },
    {
      method: 'delete',
      path: '/workflows/{workflow_id}',
      operationId: 'deleteWorkflow',
      description:
        'For good: its id is never free again. `workflow.deployed`: undeploy it everywhere first; `workflow.publishing`: let the publication `publication_id` end, or cancel it.',
      tags,
      request: { params: Params },
      responses: { 204: { description: 'Hidden; its history stays' } },
    },
    async (c) => {
      await deleteWorkflow(deps, c.var.call, { workflowId: c.req.valid('param').workflow_id })
      return c.body(null, 204)
    },
  )
}

interface BodyReader {
  header(name: string): string | undefined
  arrayBuffer(): Promise<ArrayBuffer>
}

/** Parsed here and not by the route: the document's own schema points at each fault. */
async function bodyDocument(request: BodyReader, signal: AbortSignal): Promise<Document> {
  const type = request.header('content-type') ?? ''
  if (isYaml(type)) {
    const [parsed] = await parseYamlTexts([await bodyText(request)], signal)
    return documentOf(must(parsed, 'a text is a document'))
  }
  if (/json/i.test(type)) return documentOf(parseWorkflow(parseJson(await bodyText(request))))
  throw new AppError(
    'unsupported_media',
    'request.unsupported_media',
    'send the definition with `Content-Type: application/json` or `application/yaml`',
  )
}

/** Writing over a draft unseen is never what somebody wants; `*` says it is. */
function requiredRevision(ifMatch: string | undefined): number | null {
  if (ifMatch !== undefined) return revisionOf(ifMatch)
  throw new AppError(
    'invalid',
    'request.invalid',
    'send If-Match with the ETag that was read, or * to write over whatever is there',
    {
      issues: [{ pointer: '/header/if-match', code: 'request.required', message: 'is missing' }],
    },
  )
}
