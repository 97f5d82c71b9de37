import type { OrgReader, OrgTx } from '../db/database.ts'
import { nameTaken } from '../db/mysql-errors.ts'
import type { NewRow, RowPatch } from '../db/tables.ts'
import { AppError } from '../lib/errors.ts'
import { toRule, type InspectionRule, type RuleKind } from './inspection-rule.ts'

export async function getRule(at: OrgReader, ruleId: string): Promise<InspectionRule> {
  return toRule((await ruleById(at, ruleId).executeTakeFirst()) ?? notFound(ruleId))
}

/** Serialises its changes: one that claims no revision is made to what is there. */
export async function lockRule(tx: OrgTx, ruleId: string): Promise<InspectionRule> {
  return toRule((await ruleById(tx, ruleId).forUpdate().executeTakeFirst()) ?? notFound(ruleId))
}

function ruleById(at: OrgReader, ruleId: string) {
  return at.q
    .selectFrom('inspection_rule')
    .selectAll()
    .where('org_id', '=', at.orgId)
    .where('rule_id', '=', ruleId)
}

function notFound(ruleId: string): never {
  throw new AppError('not_found', 'rule.not_found', `no inspection rule "${ruleId}"`)
}

export async function listRules(
  at: OrgReader,
  page: { readonly after: string | null; readonly limit: number },
): Promise<readonly InspectionRule[]> {
  let query = at.q
    .selectFrom('inspection_rule')
    .selectAll()
    .where('org_id', '=', at.orgId)
    .orderBy('rule_id')
    .limit(page.limit + 1)
  if (page.after !== null) query = query.where('rule_id', '>', page.after)
  return (await query.execute()).map(toRule)
}

/** Locked until the judgement is on record: a rule that is switched off meanwhile waits, and closes it. */
export async function lockEnabledRules(
  tx: OrgTx,
  kind: RuleKind,
): Promise<readonly InspectionRule[]> {
  const rows = await tx.q
    .selectFrom('inspection_rule')
    .selectAll()
    .where('org_id', '=', tx.orgId)
    .where('kind', '=', kind)
    .where('is_enabled', '=', 1)
    .orderBy('rule_id')
    .forUpdate()
    .execute()
  return rows.map(toRule)
}

export async function insertRule(
  tx: OrgTx,
  rule: Omit<NewRow<'inspection_rule'>, 'org_id'>,
): Promise<void> {
  await tx.q
    .insertInto('inspection_rule')
    .values({ ...rule, org_id: tx.orgId })
    .execute()
    .catch(taken(rule.name))
}

/** False: it was changed since `revision` was read. */
export async function updateRule(
  tx: OrgTx,
  ruleId: string,
  change: RowPatch<'inspection_rule'> & { readonly revision: number },
): Promise<boolean> {
  const result = await tx.q
    .updateTable('inspection_rule')
    .set({ ...change, revision: change.revision + 1 })
    .where('org_id', '=', tx.orgId)
    .where('rule_id', '=', ruleId)
    .where('revision', '=', change.revision)
    .executeTakeFirst()
    .catch(taken(change.name ?? ''))
  return result.numUpdatedRows > 0n
}

const taken = (name: string) =>
  nameTaken('inspection_rule_name', { code: 'rule.exists', what: 'a rule', name })
