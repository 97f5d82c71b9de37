import type { OrgTx } from '../db/database.ts'
import type { NewRow } from '../db/tables.ts'

/** What was said before of the same is written over. */
export async function updateDecisions(
  tx: OrgTx,
  decisions: readonly Omit<NewRow<'workflow_dependency_decision'>, 'org_id'>[],
): Promise<void> {
  for (const decision of decisions) {
    const { workflow_id: _, upstream_workflow_id: __, dataset_key: ___, ...said } = decision
    await tx.q
      .insertInto('workflow_dependency_decision')
      .values({ ...decision, org_id: tx.orgId })
      .onDuplicateKeyUpdate(said)
      .execute()
  }
}
