import { z } from '@hono/zod-openapi'
import { parseWorkflow, yamlDocuments, type Parsed } from '../definition/parse.ts'
import { endpoint, json, type Router } from '../http/endpoint.ts'
import { bodyText, isYaml, parseJson } from '../http/json-body.ts'
import { QueryFlag } from '../http/query-flag.ts'
import { AppError } from '../lib/errors.ts'
import type { WorkflowDeps } from './create-workflow.ts'
import { exportMany, type ExportDeps } from './diff-versions.ts'
import { importDocuments } from './import-documents.ts'
import { parseYamlTexts } from './parse-yaml-texts.ts'

const Imported = z
  .object({
    items: z.array(
      z.object({
        workflow_id: z.string(),
        action: z.enum(['create', 'new_version', 'unchanged']),
        version: z.int().nullable().openapi({
          description: 'The newest afterwards; null: a dry run of one that would be created',
        }),
      }),
    ),
  })
  .openapi('ImportedDocuments')
const ImportQuery = z.object({
  dry_run: QueryFlag.openapi({ description: 'Only says what would be done' }),
  overwrite_drafts: QueryFlag.openapi({
    description: 'Also where a draft holds unversioned changes',
  }),
  note: z.string().max(1000).default('imported from a file'),
})
const ExportQuery = z.object({
  tag: z.string().optional(),
  ids: z
    .string()
    .optional()
    .openapi({ description: 'Workflow ids, parted by commas; all where missing' }),
})
const tags = ['workflows']
const MAX_DOCUMENTS = 500

export function mountFileRoutes(api: Router, deps: WorkflowDeps & ExportDeps): void {
  endpoint(
    api,
    { scope: 'workflows', roles: ['author'], problems: ['conflict'] },
    {
      method: 'post',
      path: '/workflows:import',
      operationId: 'importDocuments',
      description:
        'Makes workflows of new ids, and a new version where a document differs from the newest one; nothing is published, and a repeat finds all of it `unchanged`. `workflow.invalid` points at the faults of every document; `workflow.stale_draft`: a draft holds changes that are in no version, which `overwrite_drafts` drops; `workflow.exists`: a deleted workflow had the id. At most 500 documents.',
      tags,
      request: {
        query: ImportQuery,
        body: {
          required: true,
          content: {
            'application/json': {
              schema: {
                type: 'array',
                items: { $ref: '#/components/schemas/WorkflowDocument' },
              },
            },
            'application/yaml': { schema: z.string() },
          },
        },
      },
      responses: { 200: json(Imported, 'All of them, or none') },
    },
    async (c) => {
      const query = c.req.valid('query')
      const items = await importDocuments(deps, c.var.call, {
        documents: await bodyDocuments(c.req, c.var.call.signal),
        note: query.note,
        isPreview: query.dry_run,
        overwritesDrafts: query.overwrite_drafts,
      })
      return c.json({ items: [...items] }, 200)
    },
  )

  endpoint(
    api,
    { scope: 'read' },
    {
      method: 'get',
      path: '/workflows:export',
      operationId: 'exportWorkflows',
      description:
        'In order of id, as `POST /workflows:import` takes them; more than 500, or more bytes than it takes, are `request.invalid`: export them in parts. A workflow without a version is left out; where `ids` names it and no `tag` is given, it is `request.invalid`.',
      tags,
      request: { query: ExportQuery },
      responses: {
        200: {
          description: 'The newest version of each, as YAML documents',
          content: { 'application/yaml': { schema: z.string() } },
        },
      },
    },
    async (c) => {
      const { tag, ids } = c.req.valid('query')
      const yaml = await exportMany(deps, c.var.call, {
        tag,
        workflowIds: ids === undefined ? undefined : ids.split(',').map((id) => id.trim()),
      })
      return c.body(yaml, 200, { 'content-type': 'application/yaml; charset=utf-8' })
    },
  )
}

interface BodyReader {
  header(name: string): string | undefined
  arrayBuffer(): Promise<ArrayBuffer>
}

async function bodyDocuments(request: BodyReader, signal: AbortSignal): Promise<readonly Parsed[]> {
  const type = request.header('content-type') ?? ''
  if (isYaml(type)) {
    const texts = yamlDocuments(await bodyText(request))
    assertCount(texts.length)
    return parseYamlTexts(texts, signal)
  }
  if (!/json/i.test(type))
    throw new AppError(
      'unsupported_media',
      'request.unsupported_media',
      'send the definitions with `Content-Type: application/yaml` or `application/json`',
    )
  const value = parseJson(await bodyText(request))
  const values = Array.isArray(value) ? value : [value]
  assertCount(values.length)
  return values.map(parseWorkflow)
}

function assertCount(count: number): void {
  if (count > 0 && count <= MAX_DOCUMENTS) return
  throw new AppError('invalid', 'request.invalid', `send 1 to ${MAX_DOCUMENTS} documents`, {
    issues: [{ pointer: '', code: 'request.invalid', message: `holds ${count}` }],
  })
}
