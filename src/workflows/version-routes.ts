import { QueryFlag } from '../http/query-flag.ts'
import { z } from '@hono/zod-openapi'
import { DiffSummary } from '../definition/diff.ts'
import { endpoint, json, type Router } from '../http/endpoint.ts'
import { IdempotencyHeader } from '../http/headers.ts'
import { PageQuery, pageOf } from '../http/paging.ts'
import type { WorkflowDeps } from './create-workflow.ts'
import { diffVersions, exportYaml, readGraph, type DiffDeps } from './diff-versions.ts'
import { pageOfVersions, showVersion } from './read-version.ts'
import { DocumentDiff, WorkflowDocument } from './workflow-schema.ts'
import { rollbackVersion, snapshotVersion } from './snapshot-version.ts'

const VersionHead = z
  .object({
    version: z.int(),
    digest: z.string(),
    author: z.string(),
    note: z.string(),
    diff_summary: DiffSummary,
    rolled_back_from: z.int().nullable(),
    created_at: z.string(),
  })
  .openapi('VersionHead')
const Version = VersionHead.extend({ definition: WorkflowDocument }).openapi('Version')
const Graph = z.object({
  nodes: z.array(z.object({ node_id: z.string(), name: z.string(), type: z.string() })).readonly(),
  edges: z.array(z.object({ from: z.string(), to: z.string() })).readonly(),
})
const Diff = z.object({
  from: z.string(),
  to: z.string(),
  as_of: z.string().nullable(),
  diff: DocumentDiff,
  text: z.string(),
})
const Note = z.strictObject({ note: z.string().max(1000).default('') })
const Params = z.object({ workflow_id: z.string() })
const VersionNumber = z.coerce.number().int().min(1)
const VersionParams = Params.extend({ version: VersionNumber })
const RollbackQuery = z.object({
  overwrite_draft: QueryFlag.openapi({
    description: 'Also where the draft holds unversioned changes',
  }),
})
const tags = ['versions']
const write = { scope: 'workflows', roles: ['author'] } as const

export function mountVersionRoutes(api: Router, deps: WorkflowDeps & DiffDeps): void {
  endpoint(
    api,
    { scope: 'read', problems: ['not_found'] },
    {
      method: 'get',
      path: '/workflows/{workflow_id}/versions',
      operationId: 'listVersions',
      description:
        'Without their content; `diff_summary` counts what changed since the version before.',
      tags,
      request: { params: Params, query: PageQuery },
      responses: { 200: json(pageOf(VersionHead), 'Newest first') },
    },
    async (c) =>
      c.json(
        await pageOfVersions(deps, c.var.call, {
          workflowId: c.req.valid('param').workflow_id,
          ...c.req.valid('query'),
        }),
        200,
      ),
  )

  endpoint(
    api,
    { ...write, problems: ['not_found', 'conflict'] },
    {
      method: 'post',
      path: '/workflows/{workflow_id}/versions',
      operationId: 'createVersion',
      description:
        'Publishes nothing: plan that with `POST /workflows/{workflow_id}/publications:plan`. Everybody who saved the draft since the last version is an author of this one and cannot approve it. `workflow.invalid`: the draft’s `issues` come first; `version.unchanged`: it equals the newest version.',
      tags,
      request: {
        params: Params,
        headers: IdempotencyHeader,
        body: { required: true, ...json(Note, 'Why') },
      },
      responses: { 201: json(Version, 'The draft is now an immutable version') },
    },
    async (c) => {
      const workflowId = c.req.valid('param').workflow_id
      const version = await snapshotVersion(deps, c.var.call, {
        workflowId,
        note: c.req.valid('json').note,
        idempotencyKey: c.req.valid('header')['idempotency-key'],
      })
      return c.json(await showVersion(deps, c.var.call, { workflowId, version }), 201)
    },
  )

  endpoint(
    api,
    { scope: 'read', problems: ['not_found'] },
    {
      method: 'get',
      path: '/workflows/{workflow_id}/versions/{version}',
      operationId: 'getVersion',
      description:
        'With its whole definition; neither ever changes. `digest` is the SHA-256 of its canonical text.',
      tags,
      request: { params: VersionParams },
      responses: { 200: json(Version, 'The version') },
    },
    async (c) => {
      const { workflow_id: workflowId, version } = c.req.valid('param')
      return c.json(await showVersion(deps, c.var.call, { workflowId, version }), 200)
    },
  )

  endpoint(
    api,
    { ...write, problems: ['not_found', 'conflict'] },
    {
      method: 'post',
      path: '/workflows/{workflow_id}/versions/{version}:rollback',
      operationId: 'rollbackVersion',
      description:
        'Publishes nothing; the draft becomes the same content. `workflow.stale_draft`: the draft holds changes that are in no version, and `overwrite_draft` does not say to drop them; `version.unchanged`: the newest version holds that content already.',
      tags,
      request: {
        params: VersionParams,
        query: RollbackQuery,
        headers: IdempotencyHeader,
        body: { required: true, ...json(Note, 'Why') },
      },
      responses: {
        201: json(Version, 'A new version with the old content; publish it like any other'),
      },
    },
    async (c) => {
      const { workflow_id: workflowId, version } = c.req.valid('param')
      const input = {
        workflowId,
        version,
        note: c.req.valid('json').note,
        overwritesDraft: c.req.valid('query').overwrite_draft,
        idempotencyKey: c.req.valid('header')['idempotency-key'],
      }
      return c.json(
        await showVersion(deps, c.var.call, {
          workflowId,
          version: await rollbackVersion(deps, c.var.call, input),
        }),
        201,
      )
    },
  )

  endpoint(
    api,
    { scope: 'read', problems: ['not_found', 'conflict', 'upstream', 'unavailable'] },
    {
      method: 'get',
      path: '/workflows/{workflow_id}/diff',
      operationId: 'diffVersions',
      description:
        '`live:<environment>` is what was read back last (`as_of`), or with `fresh=true` what the engine holds now; against it only what an engine keeps is compared. `deployment.not_found`: it is not there, or was deleted on the engine; `workflow.invalid`: the engine holds what no document can say; `engine.no_answer`: ask again, or without `fresh`.',
      tags,
      request: {
        params: Params,
        query: z.object({
          from: z.string().openapi({ description: 'v3, draft or live:<environment>' }),
          to: z.string().openapi({ description: 'v3, draft or live:<environment>' }),
          fresh: z
            .enum(['true', 'false'])
            .default('false')
            .openapi({ description: 'Read the engine now for live:' }),
        }),
      },
      responses: { 200: json(Diff, 'What changed, as JSON and as text') },
    },
    async (c) => {
      const { from, to, fresh } = c.req.valid('query')
      return c.json(
        await diffVersions(deps, c.var.call, {
          workflowId: c.req.valid('param').workflow_id,
          from,
          to,
          isFresh: fresh === 'true',
        }),
        200,
      )
    },
  )

  endpoint(
    api,
    { scope: 'read', problems: ['not_found'] },
    {
      method: 'get',
      path: '/workflows/{workflow_id}/graph',
      operationId: 'getGraph',
      description:
        'Of the draft where no `version` is named. Drawn from the document; no engine is asked.',
      tags,
      request: { params: Params, query: z.object({ version: VersionNumber.optional() }) },
      responses: { 200: json(Graph, 'Nodes and edges, start and end included') },
    },
    async (c) => {
      const graph = await readGraph(deps, c.var.call, {
        workflowId: c.req.valid('param').workflow_id,
        version: c.req.valid('query').version ?? null,
      })
      return c.json(graph, 200)
    },
  )

  endpoint(
    api,
    { scope: 'read', problems: ['not_found'] },
    {
      method: 'get',
      path: '/workflows/{workflow_id}:export',
      operationId: 'exportWorkflow',
      description:
        'Of the draft where no `version` is named. A comment at its head tells id, version and digest.',
      tags,
      request: { params: Params, query: z.object({ version: VersionNumber.optional() }) },
      responses: {
        200: {
          description: 'YAML, ready to be imported',
          content: { 'application/yaml': { schema: z.string() } },
        },
      },
    },
    async (c) => {
      const yaml = await exportYaml(deps, c.var.call, {
        workflowId: c.req.valid('param').workflow_id,
        version: c.req.valid('query').version ?? null,
      })
      return c.body(yaml, 200, { 'content-type': 'application/yaml' })
    },
  )
}
