import { sql } from 'kysely'
import { z } from 'zod'
import { decodeCursor, toPage, type Page } from '../db/cursor.ts'
import { forOrg, type Db } from '../db/database.ts'
import type { Call } from '../lib/call.ts'

export const WORKFLOW_STATES = ['draft', 'versioned', 'deployed'] as const

export interface WorkflowFilter {
  readonly limit: number
  readonly cursor?: string | undefined
  readonly search?: string | undefined
  readonly tag?: string | undefined
  readonly owner?: string | undefined
  /** `draft`: no version yet; `deployed`: on at least one engine; `versioned`: neither. */
  readonly state?: (typeof WORKFLOW_STATES)[number] | undefined
}

const Position = z.tuple([z.iso.datetime(), z.string()])

/** Newest change first; every filter is in SQL, so a page is never short by it. */
export async function listWorkflows(
  deps: { readonly db: Db },
  call: Call,
  filter: WorkflowFilter,
): Promise<Page<WorkflowItem>> {
  const at = forOrg(deps.db, call.orgId)
  let query = at.q
    .selectFrom('data_workflow as w')
    .select(['w.workflow_id', 'w.name', 'w.latest_version', 'w.owner', 'w.updated_at'])
    .where('w.org_id', '=', at.orgId)
    .where('w.deleted_at', 'is', null)
    .orderBy('w.updated_at', 'desc')
    .orderBy('w.workflow_id', 'desc')
    .limit(filter.limit + 1)
  const { search, tag, owner, state } = filter
  if (search !== undefined) {
    const like = `%${search.replaceAll(/[\\%_]/g, (c) => `\\${c}`)}%`
    query = query.where(
      // Names compare as bytes; people search without minding the case.
      sql<boolean>`(w.name COLLATE utf8mb4_general_ci LIKE ${like} OR w.workflow_id COLLATE utf8mb4_general_ci LIKE ${like})`,
    )
  }
  if (owner !== undefined) query = query.where('w.owner', '=', owner)
  if (tag !== undefined) {
    query = query.where((eb) =>
      eb.exists(
        eb
          .selectFrom('data_workflow_tag as t')
          .select(sql<number>`1`.as('one'))
          .whereRef('t.org_id', '=', 'w.org_id')
          .whereRef('t.workflow_id', '=', 'w.workflow_id')
          .where('t.tag', '=', tag),
      ),
    )
  }
  if (state === 'draft') query = query.where('w.latest_version', 'is', null)
  if (state === 'versioned' || state === 'deployed') {
    query = query.where('w.latest_version', 'is not', null).where((eb) => {
      const deployed = eb.exists(
        eb
          .selectFrom('workflow_deployment as d')
          .select(sql<number>`1`.as('one'))
          .whereRef('d.org_id', '=', 'w.org_id')
          .whereRef('d.workflow_id', '=', 'w.workflow_id')
          .where('d.engine_code', 'is not', null),
      )
      return state === 'deployed' ? deployed : eb.not(deployed)
    })
  }
  if (filter.cursor !== undefined) {
    const [updatedAt, id] = decodeCursor(Position, filter.cursor)
    const last = new Date(updatedAt)
    query = query.where((eb) =>
      eb.or([
        eb('w.updated_at', '<', last),
        eb.and([eb('w.updated_at', '=', last), eb('w.workflow_id', '<', id)]),
      ]),
    )
  }
  const rows = await query.execute()
  const tagsById = await tagsOf(
    deps.db,
    call.orgId,
    rows.map((row) => row.workflow_id),
  )
  return toPage(rows, {
    limit: filter.limit,
    item: (row) => ({
      workflow_id: row.workflow_id,
      name: row.name,
      latest_version: row.latest_version,
      tags: tagsById.get(row.workflow_id) ?? [],
      owner: row.owner,
      updated_at: row.updated_at.toISOString(),
    }),
    position: (row) => [row.updated_at.toISOString(), row.workflow_id],
  })
}

export interface WorkflowItem {
  readonly workflow_id: string
  readonly name: string
  readonly latest_version: number | null
  readonly tags: string[]
  readonly owner: string | null
  readonly updated_at: string
}

async function tagsOf(
  db: Db,
  orgId: string,
  workflowIds: readonly string[],
): Promise<ReadonlyMap<string, string[]>> {
  if (workflowIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('data_workflow_tag')
    .select(['workflow_id', 'tag'])
    .where('org_id', '=', orgId)
    .where('workflow_id', 'in', workflowIds)
    .orderBy('tag')
    .execute()
  const groups = Map.groupBy(rows, (row) => row.workflow_id)
  return new Map([...groups].map(([id, group]) => [id, group.map((row) => row.tag)]))
}
