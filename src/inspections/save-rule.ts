import { recordAudit } from '../audit/record-audit.ts'
import { forOrg, inTx, type Db, type OrgTx } from '../db/database.ts'
import { idempotently } from '../db/idempotent.ts'
import { writeJson } from '../db/json-column.ts'
import { assertEnvironment } from '../environments/assert-environment.ts'
import type { Severity } from '../alerts/channel.ts'
import type { Call } from '../lib/call.ts'
import { AppError } from '../lib/errors.ts'
import { newId } from '../lib/ids.ts'
import type { Clock } from '../lib/time.ts'
import { assertWorkflow } from '../workflows/assert-workflow.ts'
import { DEFAULT_RULES, RuleSpec, type InspectionRule } from './inspection-rule.ts'
import { closeFindings } from './open-finding.ts'
import { getRule, insertRule, lockRule, updateRule } from './rule-store.ts'

export interface SaveRuleDeps {
  readonly db: Db
  readonly now: Clock
}

export interface CreateRuleInput {
  readonly name: string
  readonly spec: RuleSpec
  readonly workflowId: string | null
  /** Id or name. */
  readonly environment: string | null
  readonly severity: Severity
  readonly idempotencyKey: string | undefined
}

export async function createRule(
  deps: SaveRuleDeps,
  call: Call,
  input: CreateRuleInput,
): Promise<InspectionRule> {
  const db = forOrg(deps.db, call.orgId)
  const at = deps.now()
  const request = {
    name: input.name,
    spec: input.spec,
    workflow: input.workflowId,
    environment: input.environment,
    severity: input.severity,
  }
  const { value } = await idempotently(
    db,
    call,
    { operation: 'createInspectionRule', key: input.idempotencyKey, request, at },
    async (tx) => {
      if (input.workflowId !== null) await assertWorkflow(tx, input.workflowId)
      const environmentId =
        input.environment === null ? null : await assertEnvironment(tx, input.environment)
      const ruleId = newId('rul')
      await insertRule(tx, {
        rule_id: ruleId,
        name: input.name,
        kind: input.spec.kind,
        params: writeJson(input.spec.params),
        workflow_id: input.workflowId,
        environment_id: environmentId,
        severity: input.severity,
        is_enabled: true,
        revision: 1,
        created_at: at,
        updated_at: at,
      })
      await recordAudit(tx, call, {
        action: 'rule.create',
        subjectType: 'rule',
        subjectId: ruleId,
        after: request,
        at,
      })
      return ruleId
    },
  )
  return getRule(db, value)
}

export interface ChangeRuleInput {
  readonly ruleId: string
  /** null: whatever the revision is. */
  readonly revision: number | null
  readonly name?: string | undefined
  readonly params?: Readonly<Record<string, unknown>> | undefined
  readonly severity?: Severity | undefined
  readonly isEnabled?: boolean | undefined
}

export async function changeRule(
  deps: SaveRuleDeps,
  call: Call,
  input: ChangeRuleInput,
): Promise<InspectionRule> {
  const db = forOrg(deps.db, call.orgId)
  const at = deps.now()
  await inTx(db, async (tx) => {
    const rule = await lockRule(tx, input.ruleId)
    const change = {
      ...(input.name === undefined ? {} : { name: input.name }),
      ...(input.params === undefined ? {} : { params: writeJson(paramsOf(rule, input.params)) }),
      ...(input.severity === undefined ? {} : { severity: input.severity }),
      ...(input.isEnabled === undefined ? {} : { is_enabled: input.isEnabled }),
    }
    if (
      !(await updateRule(tx, rule.ruleId, {
        ...change,
        updated_at: at,
        revision: input.revision ?? rule.revision,
      }))
    ) {
      throw new AppError('conflict', 'request.stale', 'the rule was changed since it was read', {
        details: { current_revision: rule.revision },
      })
    }
    // Nobody judges any more whether the trouble is over, and what is open would swallow the next.
    if (input.isEnabled === false) await closeFindings(tx, { ruleId: rule.ruleId }, at)
    const before = {
      name: rule.name,
      params: rule.spec.params,
      severity: rule.severity,
      is_enabled: rule.isEnabled,
    }
    await recordAudit(tx, call, {
      action: 'rule.change',
      subjectType: 'rule',
      subjectId: rule.ruleId,
      before,
      after: change,
      at,
    })
  })
  return getRule(db, input.ruleId)
}

function paramsOf(
  rule: InspectionRule,
  params: Readonly<Record<string, unknown>>,
): RuleSpec['params'] {
  const spec = RuleSpec.safeParse({ kind: rule.spec.kind, params })
  if (spec.success) return spec.data.params
  throw new AppError('invalid', 'request.invalid', `these are no params of ${rule.spec.kind}`, {
    issues: spec.error.issues.map((issue) => ({
      pointer: `/${issue.path.join('/')}`,
      code: `request.${issue.code}`,
      message: issue.message,
    })),
  })
}

/** The rules that a new organization starts with, in the transaction that makes it. */
export async function createDefaultRules(tx: OrgTx, at: Date): Promise<void> {
  for (const rule of DEFAULT_RULES) {
    await insertRule(tx, {
      rule_id: newId('rul'),
      name: rule.name,
      kind: rule.kind,
      params: writeJson(rule.params),
      severity: rule.severity,
      is_enabled: true,
      revision: 1,
      created_at: at,
      updated_at: at,
    })
  }
}
