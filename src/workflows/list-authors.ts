import { z } from 'zod'
import type { OrgReader } from '../db/database.ts'
import { readJson } from '../db/json-column.ts'

const Authors = z.array(z.string())

/** Everybody who wrote on the versions after one up to another, the last included: what is published. */
export async function listAuthors(
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
  return [...new Set(rows.flatMap((row) => readJson(Authors, row.authors)))]
}
