import { z } from '@hono/zod-openapi'
import { WorkflowDocument } from '../workflows/workflow-schema.ts'
import { endpoint, json, type Router } from '../http/endpoint.ts'
import { PageQuery, pageOf } from '../http/paging.ts'
import { ChosenItems, choicesOf } from './item-choices.ts'
import { IMPORT_STATES, ImportNote, ITEM_STATES } from './import.ts'
import { matchItems } from './match-items.ts'
import {
  applyImport,
  cancelImport,
  requestImport,
  type RequestImportDeps,
} from './request-import.ts'
import { pageOfImportItems, pageOfImports, showImport, showImportItem } from './show-import.ts'

const Import = z
  .object({
    import_id: z.string(),
    environment: z.string(),
    state: z.enum(IMPORT_STATES),
    items: z
      .partialRecord(z.enum(ITEM_STATES), z.int())
      .openapi({ description: 'How many items are in which state' }),
    requested_by: z.string(),
    last_error: z.object({ message: z.string(), at: z.string() }).nullable(),
    created_at: z.string(),
    updated_at: z.string(),
    ended_at: z.string().nullable(),
  })
  .openapi('Import')
const ImportItem = z
  .object({
    item_no: z.int(),
    name: z.string(),
    engine_code: z.string(),
    workflow_id: z.string().openapi({ description: 'The id it gets here' }),
    base_version: z.int().nullable().openapi({
      description:
        'The version of that workflow it is matched with; null: it becomes a new workflow',
    }),
    state: z.enum(ITEM_STATES),
    is_chosen: z.boolean(),
    notes: z.array(ImportNote),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
  })
  .openapi('ImportItem')
const ImportItemDetail = ImportItem.extend({
  document: z.union([WorkflowDocument, z.null()]).openapi({
    description: 'What it becomes, or became; null before that is known, and where it is `blocked`',
  }),
}).openapi('ImportItemDetail')
const MatchBody = z.strictObject({
  items: z.union([
    z.literal('same_name'),
    z
      .array(z.strictObject({ item_no: z.int().min(1), workflow_id: z.string() }))
      .min(1)
      .max(5000),
  ]),
})
const ApplyBody = z.strictObject({ items: ChosenItems })
const EnvironmentParams = z.object({
  environment_id: z.string().openapi({ description: 'Id or name' }),
})
const Params = z.object({ import_id: z.string() })
const ItemParams = Params.extend({ item_no: z.coerce.number().pipe(z.int().min(1)) })
const ItemsQuery = PageQuery.extend({ state: z.enum(ITEM_STATES).optional() })
const tags = ['imports']
const write = { scope: 'workflows', roles: ['author', 'admin'] } as const

export function mountImportRoutes(api: Router, deps: RequestImportDeps): void {
  endpoint(
    api,
    { ...write, problems: ['not_found', 'conflict'] },
    {
      method: 'post',
      path: '/environments/{environment_id}/imports',
      operationId: 'requestImport',
      description:
        'A job reads all that nobody manages there: follow `GET /imports/{import_id}` until it is a `preview`, or `done` where there is nothing. Then `:apply` or `:cancel` it, for there is one at a time in an environment (`import.active`, `import_id`).',
      tags,
      request: { params: EnvironmentParams },
      responses: { 202: json(Import, 'What is unmanaged there is being read; nothing is changed') },
    },
    async (c) => {
      const importId = await requestImport(deps, c.var.call, {
        environment: c.req.valid('param').environment_id,
      })
      return c.json(await showImport(deps, c.var.call, { importId }), 202)
    },
  )

  endpoint(
    api,
    { scope: 'read' },
    {
      method: 'get',
      path: '/imports',
      operationId: 'listImports',
      description: 'Also those that are over, each with how many of its items are in which state.',
      tags,
      request: { query: PageQuery },
      responses: { 200: json(pageOf(Import), 'Newest first') },
    },
    async (c) => c.json(await pageOfImports(deps, c.var.call, c.req.valid('query')), 200),
  )

  endpoint(
    api,
    { scope: 'read', problems: ['not_found'] },
    {
      method: 'get',
      path: '/imports/{import_id}',
      operationId: 'getImport',
      description:
        'Poll it: `listing`, `reading` and `naming` lead to `preview`, which waits for `:apply`, and `applying` leads to `done`. `last_error` says why it does not go on just now; it is tried again by itself.',
      tags,
      request: { params: Params },
      responses: { 200: json(Import, 'How far it is') },
    },
    async (c) =>
      c.json(await showImport(deps, c.var.call, { importId: c.req.valid('param').import_id }), 200),
  )

  endpoint(
    api,
    { scope: 'read', problems: ['not_found'] },
    {
      method: 'get',
      path: '/imports/{import_id}/items',
      operationId: 'listImportItems',
      description:
        'By `item_no`. In a `preview`, those that are `ready` can be adopted and `notes` say what to know before; `blocked` ones can become no document. Afterwards `failed` ones carry their `error`.',
      tags,
      request: { params: Params, query: ItemsQuery },
      responses: { 200: json(pageOf(ImportItem), 'Definitions, with what to know of each') },
    },
    async (c) =>
      c.json(
        await pageOfImportItems(deps, c.var.call, {
          ...c.req.valid('query'),
          importId: c.req.valid('param').import_id,
        }),
        200,
      ),
  )

  endpoint(
    api,
    { scope: 'read', problems: ['not_found'] },
    {
      method: 'get',
      path: '/imports/{import_id}/items/{item_no}',
      operationId: 'getImportItem',
      description:
        'As `GET /imports/{import_id}/items` shows it, with the whole document: what `:apply` makes the first version, into which the pointers of `notes` lead. `import.not_found`: no such import, or it has no such item.',
      tags,
      request: { params: ItemParams },
      responses: { 200: json(ImportItemDetail, 'One definition, and what it would become') },
    },
    async (c) => {
      const { import_id: importId, item_no: itemNo } = c.req.valid('param')
      return c.json(await showImportItem(deps, c.var.call, { importId, itemNo }), 200)
    },
  )

  endpoint(
    api,
    { ...write, problems: ['not_found', 'conflict'] },
    {
      method: 'post',
      path: '/imports/{import_id}:match',
      operationId: 'matchImportItems',
      description:
        'For what runs in several environments already: an item becomes the deployment of a workflow that is here and not deployed there, instead of a workflow of its own. `same_name` matches all whose names are the same. Only of a `preview` (`import.wrong_state`), which is made anew: the note `version` says whether the item is that version as it stands or becomes another one. `request.invalid`: an item or a workflow cannot be matched.',
      tags,
      request: { params: Params, body: { required: true, ...json(MatchBody, 'What is which') } },
      responses: { 202: json(Import, 'The preview is being made anew') },
    },
    async (c) => {
      const importId = c.req.valid('param').import_id
      const { items } = c.req.valid('json')
      await matchItems(deps, c.var.call, {
        importId,
        matches:
          items === 'same_name'
            ? null
            : items.map((item) => ({ itemNo: item.item_no, workflowId: item.workflow_id })),
      })
      return c.json(await showImport(deps, c.var.call, { importId }), 202)
    },
  )

  endpoint(
    api,
    { ...write, problems: ['not_found', 'conflict'] },
    {
      method: 'post',
      path: '/imports/{import_id}:apply',
      operationId: 'applyImport',
      description:
        'Only of a `preview` (`import.wrong_state`). A job makes workflows, first versions and deployments, what others need first; codes, schedules and online state stay: follow `GET /imports/{import_id}`. An item whose id is taken, whose definition was edited or deleted on the engine or published since the preview, or that needs one that is not adopted, ends `failed` and the rest goes on; `request.invalid`: one cannot be adopted, or two get one id.',
      tags,
      request: { params: Params, body: { required: true, ...json(ApplyBody, 'Which of them') } },
      responses: { 202: json(Import, 'They are being adopted; the engine stays as it is') },
    },
    async (c) => {
      const importId = c.req.valid('param').import_id
      const { items } = c.req.valid('json')
      await applyImport(deps, c.var.call, {
        importId,
        items: choicesOf(items),
      })
      return c.json(await showImport(deps, c.var.call, { importId }), 202)
    },
  )

  endpoint(
    api,
    { ...write, problems: ['not_found', 'conflict'] },
    {
      method: 'post',
      path: '/imports/{import_id}:cancel',
      operationId: 'cancelImport',
      description:
        'The rest is left alone, and another import may begin. `import.wrong_state`: it is over.',
      tags,
      request: { params: Params },
      responses: { 200: json(Import, 'Ended; what was adopted stays') },
    },
    async (c) => {
      const importId = c.req.valid('param').import_id
      await cancelImport(deps, c.var.call, { importId })
      return c.json(await showImport(deps, c.var.call, { importId }), 200)
    },
  )
}
