import type { OrgReader, OrgTx } from '../db/database.ts'
import type { NewRow, Row } from '../db/tables.ts'
import { AppError } from '../lib/errors.ts'

export async function findVersion(
  at: OrgReader,
  workflowId: string,
  version: number,
): Promise<Row<'workflow_version'> | null> {
  const row = await at.q
    .selectFrom('workflow_version')
    .selectAll()
    .where('org_id', '=', at.orgId)
    .where('workflow_id', '=', workflowId)
    .where('version', '=', version)
    .executeTakeFirst()
  return row ?? null
}

/** Of a workflow that may have none yet. */
export async function findNewest(
  at: OrgReader,
  row: Pick<Row<'data_workflow'>, 'workflow_id' | 'latest_version'>,
): Promise<Row<'workflow_version'> | null> {
  return row.latest_version === null
    ? null
    : await findVersion(at, row.workflow_id, row.latest_version)
}

export async function getVersion(
  at: OrgReader,
  workflowId: string,
  version: number,
): Promise<Row<'workflow_version'>> {
  const row = await findVersion(at, workflowId, version)
  if (!row) throw new AppError('not_found', 'version.not_found', `${workflowId} has no v${version}`)
  return row
}

export async function insertVersion(
  tx: OrgTx,
  version: Omit<NewRow<'workflow_version'>, 'org_id'>,
): Promise<void> {
  await tx.q
    .insertInto('workflow_version')
    .values({ ...version, org_id: tx.orgId })
    .execute()
}

const HEAD = [
  'version',
  'digest',
  'author_name',
  'note',
  'diff_summary',
  'rolled_back_from',
  'created_at',
] as const
export type VersionHead = Pick<Row<'workflow_version'>, (typeof HEAD)[number]>

/** Newest first, without their content. */
export async function listVersions(
  at: OrgReader,
  workflowId: string,
  page: { readonly below: number | null; readonly limit: number },
): Promise<readonly VersionHead[]> {
  let query = at.q
    .selectFrom('workflow_version')
    .select([...HEAD])
    .where('org_id', '=', at.orgId)
    .where('workflow_id', '=', workflowId)
    .orderBy('version', 'desc')
    .limit(page.limit + 1)
  if (page.below !== null) query = query.where('version', '<', page.below)
  return query.execute()
}

/** Who wrote on each version after one up to another; on the last in any case. */
export async function listAuthorTexts(
  at: OrgReader,
  workflowId: string,
  { after, upTo }: { readonly after: number; readonly upTo: number },
): Promise<readonly string[]> {
  const rows = await at.q
    .selectFrom('workflow_version')
    .select('authors')
    .where('org_id', '=', at.orgId)
    .where('workflow_id', '=', workflowId)
    .where((eb) =>
      eb.or([
        eb('version', '=', upTo),
        eb.and([eb('version', '>', after), eb('version', '<', upTo)]),
      ]),
    )
    .execute()
  return rows.map((row) => row.authors)
}

/** Of workflows that have a version. */
export async function listNewestDigests(at: OrgReader, workflowIds: readonly string[]) {
  if (workflowIds.length === 0) return []
  return at.q
    .selectFrom('workflow_version as v')
    .innerJoin('data_workflow as w', (join) =>
      join
        .onRef('w.org_id', '=', 'v.org_id')
        .onRef('w.workflow_id', '=', 'v.workflow_id')
        .onRef('w.latest_version', '=', 'v.version'),
    )
    .select(['v.workflow_id', 'v.digest'])
    .where('w.org_id', '=', at.orgId)
    .where('w.workflow_id', 'in', [...workflowIds])
    .execute()
}

/** The newest version of workflows that have one, by id. */
export async function listNewest(
  at: OrgReader,
  filter: {
    readonly tag: string | undefined
    readonly workflowIds: readonly string[] | undefined
    readonly limit: number
  },
): Promise<readonly Row<'workflow_version'>[]> {
  if (filter.workflowIds?.length === 0) return []
  let query = at.q
    .selectFrom('workflow_version as v')
    .innerJoin('data_workflow as w', (join) =>
      join
        .onRef('w.org_id', '=', 'v.org_id')
        .onRef('w.workflow_id', '=', 'v.workflow_id')
        .onRef('w.latest_version', '=', 'v.version'),
    )
    .selectAll('v')
    .where('w.org_id', '=', at.orgId)
    .where('w.deleted_at', 'is', null)
    .orderBy('w.workflow_id')
    .limit(filter.limit)
  if (filter.workflowIds) query = query.where('w.workflow_id', 'in', [...filter.workflowIds])
  const { tag } = filter
  if (tag !== undefined)
    query = query.where((eb) =>
      eb.exists(
        eb
          .selectFrom('data_workflow_tag as t')
          .select('t.tag')
          .whereRef('t.org_id', '=', 'w.org_id')
          .whereRef('t.workflow_id', '=', 'w.workflow_id')
          .where('t.tag', '=', tag),
      ),
    )
  return query.execute()
}
