import { sql } from 'kysely'
import type { OrgReader } from '../db/database.ts'
import type { Place } from './place-store.ts'

/** Our version of an engine version: the deployed one, or what an earlier publication read back. */
export async function versionOf(
  at: OrgReader,
  deployment: Place,
  engineVersion: number,
): Promise<number | null> {
  if (deployment.engine_version === engineVersion) return deployment.version
  const row = await at.q
    .selectFrom('workflow_publish_record')
    .select('version')
    .where('org_id', '=', at.orgId)
    .where('workflow_id', '=', deployment.workflow_id)
    .where('environment_id', '=', deployment.environment_id)
    .where('state', '=', 'succeeded')
    .where(sql<boolean>`JSON_EXTRACT(evidence, '$.engine_version') = ${engineVersion}`)
    // Deployed anew, a definition counts from 1 again.
    .orderBy('publication_id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.version ?? null
}
