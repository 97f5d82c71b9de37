import { z } from '@hono/zod-openapi'
import { isTimeZone } from '../definition/zone.ts'
import { Identifier } from '../definition/values.ts'
import { ENGINE_FAMILIES } from '../engine/catalog.ts'
import { endpoint, json, type Router } from '../http/endpoint.ts'
import { IdempotencyHeader } from '../http/headers.ts'
import { parseReadableJson } from '../http/json-body.ts'
import { QueryFlag } from '../http/query-flag.ts'
import { WorkflowDocument } from '../workflows/workflow-schema.ts'
import { atFile } from './at-file.ts'
import { ChosenItems, choicesOf } from './item-choices.ts'
import { ImportNote } from './import.ts'
import { importExport, previewExport, type ImportExportDeps } from './import-export.ts'

const Names = z.record(z.string(), z.string().trim().min(1).max(255)).default({})
const ExportNames = z.strictObject({
  data_sources: Names.openapi({ description: 'Id in the file → name here' }),
  environments: Names.openapi({ description: 'Code in the file → name here' }),
  alert_groups: Names,
  task_groups: Names,
  resources: Names.openapi({ description: 'Id or full name in the file → path here' }),
  workflows: z
    .record(z.string(), Identifier)
    .default({})
    .openapi({ description: 'Code of a workflow that is not in the file → its id here' }),
})
const Body = z.strictObject({
  file: z
    .union([z.string().min(1), z.array(z.unknown()).min(1)])
    .openapi({ description: 'What batch-export of 3.1 to 3.4.0 wrote, as text or as it is' }),
  family: z
    .enum(ENGINE_FAMILIES)
    .optional()
    .openapi({ description: 'Told from the file where missing' }),
  environment: z
    .string()
    .optional()
    .openapi({ description: 'The one that the file comes from: its catalog names the ids' }),
  time_zone: z.string().refine(isTimeZone, 'is no time zone').optional().openapi({
    description: 'Of the server that wrote the file; else the environment’s, else UTC',
  }),
  names: ExportNames.prefault({}),
  items: ChosenItems.default('all'),
  accepts_unnamed: z
    .boolean()
    .default(false)
    .openapi({ description: 'Also what still carries ids of where it comes from' }),
  note: z.string().max(1000).default('imported from an export of DolphinScheduler'),
})
const Query = z.object({
  dry_run: QueryFlag.openapi({ description: 'Only says what would be done' }),
})
const Item = z.object({
  item_no: z.int(),
  name: z.string(),
  engine_code: z.string(),
  workflow_id: z.string().openapi({ description: 'The id it gets here' }),
  state: z.enum(['ready', 'unnamed', 'blocked', 'imported']).openapi({
    description: '`unnamed` has to be named or accepted; `blocked` cannot be imported as it is',
  }),
  notes: z.array(ImportNote).openapi({
    description: 'What is not carried over. Pointers lead into the document, or into /file',
  }),
  /** null: it can be none. */
  document: z.union([WorkflowDocument, z.null()]),
})
const ImportedExport = z
  .object({ family: z.enum(ENGINE_FAMILIES), items: z.array(Item) })
  .openapi('ImportedExport')

export function mountExportRoutes(api: Router, deps: ImportExportDeps): void {
  endpoint(
    api,
    {
      scope: 'workflows',
      roles: ['author'],
      problems: ['not_found', 'conflict', 'upstream', 'unavailable'],
    },
    {
      method: 'post',
      path: '/workflows:import-engine-export',
      operationId: 'importEngineExport',
      description:
        'Makes a workflow with a first version of each chosen definition; nothing is published, and an engine is only asked for names, where `environment` is given (`engine.no_answer`). `workflow.invalid` names what keeps an item out; ids without a name do so unless `accepts_unnamed`. `workflow.exists`: ids are taken, perhaps by the first import of this file, whose answer the same Idempotency-Key gives again.',
      tags: ['workflows'],
      request: {
        query: Query,
        headers: IdempotencyHeader,
        body: { required: true, ...json(Body, 'An export of DolphinScheduler') },
      },
      responses: { 200: json(ImportedExport, 'All that are chosen, or none') },
    },
    async (c) => {
      const { dry_run: isPreview } = c.req.valid('query')
      const { file, time_zone, items, accepts_unnamed, ...body } = c.req.valid('json')
      const input = {
        ...body,
        family: body.family,
        environment: body.environment,
        file: typeof file === 'string' ? atFile(() => parseReadableJson(file)) : file,
        timeZone: time_zone,
        items: choicesOf(items),
        acceptsUnnamed: accepts_unnamed,
        idempotencyKey: c.req.valid('header')['idempotency-key'],
      }
      const { family, items: read } = isPreview
        ? await previewExport(deps, c.var.call, input)
        : await importExport(deps, c.var.call, input)
      return c.json(
        {
          family,
          items: read.map((item) => ({
            item_no: item.itemNo,
            name: item.name,
            engine_code: item.code,
            workflow_id: item.workflowId,
            state: isPreview ? item.state : ('imported' as const),
            notes: [...item.notes],
            document: item.document,
          })),
        },
        200,
      )
    },
  )
}
