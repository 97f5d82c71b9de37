import { z } from 'zod'
import type { OrgReader } from '../db/database.ts'
import { readJson } from '../db/json-column.ts'
import type { Row } from '../db/tables.ts'

const Seen = z.looseObject({ engine_version: z.int().nullable() })
const PUBLICATIONS = 20

/** Our version of an engine version: the deployed one, or what an earlier publication read back. */
export async function versionOf(
  at: OrgReader,
  deployment: Row<'workflow_deployment'>,
  engineVersion: number,
): Promise<number | null> {
  if (deployment.engine_version === engineVersion) return deployment.version
  const rows = await at.q
    .selectFrom('workflow_publish_record')
    .select(['version', 'evidence'])
    .where('org_id', '=', at.orgId)
    .where('workflow_id', '=', deployment.workflow_id)
    .where('environment_id', '=', deployment.environment_id)
    .where('state', '=', 'succeeded')
    .orderBy('publication_id', 'desc')
    .limit(PUBLICATIONS)
    .execute()
  const found = rows.find(
    (row) => row.evidence !== null && readJson(Seen, row.evidence).engine_version === engineVersion,
  )
  return found?.version ?? null
}
