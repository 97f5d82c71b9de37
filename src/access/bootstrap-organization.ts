import { inSystemTx, type Db, type OrgTx } from '../db/database.ts'
import { writeJson } from '../db/json-column.ts'
import { isDuplicate } from '../db/mysql-errors.ts'
import { createDefaultRules } from '../inspections/save-rule.ts'
import { SCOPES } from '../lib/call.ts'
import { newId } from '../lib/ids.ts'
import type { Clock } from '../lib/time.ts'
import { hashToken } from './api-token.ts'
import { insertMember } from './member-store.ts'
import { findOrgByName, insertOrg } from './org-store.ts'
import { insertToken } from './token-store.ts'

/**
 * The first organization with its admin and the rules it starts with; does nothing when it exists.
 * The token is the operator's: it comes from the configuration and only its hash is kept.
 */
export async function bootstrapOrganization(
  deps: { readonly db: Db; readonly now: Clock },
  input: { readonly org: string; readonly adminToken: string },
): Promise<void> {
  if ((await findOrgByName(deps.db, input.org)) !== null) return
  const at = deps.now()
  try {
    await inSystemTx(deps.db, async (q) => {
      const tx: OrgTx = { orgId: newId('org'), q }
      await insertOrg(q, { org_id: tx.orgId, name: input.org, created_at: at })
      const memberId = newId('mem')
      await insertMember(tx, {
        member_id: memberId,
        name: 'admin',
        display_name: 'First administrator',
        roles: writeJson(['admin']),
        im_ids: '{}',
        created_at: at,
        updated_at: at,
      })
      await insertToken(tx, {
        token_id: newId('tok'),
        member_id: memberId,
        name: 'bootstrap',
        token_hash: hashToken(input.adminToken),
        scopes: writeJson(SCOPES),
        created_by: memberId,
        created_at: at,
      })
      await createDefaultRules(tx, at)
    })
  } catch (error) {
    // Another replica was first.
    if (!isDuplicate(error, 'org_name')) throw error
  }
}
