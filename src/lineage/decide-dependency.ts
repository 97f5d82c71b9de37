import { recordAudit } from '../audit/record-audit.ts'
import { forOrg, inTx, type OrgTx } from '../db/database.ts'
import type { Call } from '../lib/call.ts'
import { AppError } from '../lib/errors.ts'
import type { Clock } from '../lib/time.ts'
import { holdWorkflow } from '../workflows/assert-workflow.ts'
import { updateDecisions } from './decision-store.ts'
import { readCovers } from './covers.ts'
import type { Decision } from './dependencies.ts'
import { workflowPairsQuery, type WorkflowPair } from './edge-store.ts'
import { datasetKey } from './lineage.ts'
import type { LineageDeps } from './list-tasks.ts'

export interface DecideInput {
  readonly workflowId: string
  readonly upstreamWorkflowId: string
  /** Missing: every dataset by which it depends on that workflow now. */
  readonly datasets: readonly string[] | undefined
  readonly decision: Decision
  readonly note: string
}

const MAX_PAIRS = 5000

/**
 * A person says of a dependency that no task waits for whether it is one. Said once more, the last
 * word counts; a dataset that makes them depend later is asked about anew.
 */
export async function decideDependency(
  deps: LineageDeps & { readonly now: Clock },
  call: Call,
  input: DecideInput,
): Promise<void> {
  const at = deps.now()
  const { workflowId, upstreamWorkflowId: from, decision, note } = input
  await inTx(forOrg(deps.db, call.orgId), async (tx) => {
    await holdWorkflow(tx, workflowId)
    const pairs = await uncovered(
      tx,
      input,
      chosen(await pairsBetween(tx, workflowId, from), input),
    )
    await updateDecisions(
      tx,
      pairs.map((pair) => ({
        workflow_id: workflowId,
        upstream_workflow_id: from,
        dataset_key: pair.dataset_key,
        decision,
        note,
        decided_by: call.actor.id,
        decided_by_name: call.actor.name,
        decided_at: at,
      })),
    )
    await recordAudit(tx, call, {
      action: decision === 'confirmed' ? 'lineage.confirm' : 'lineage.dismiss',
      subjectType: 'workflow',
      subjectId: workflowId,
      before: pairs.map((pair) => ({ dataset: pair.dataset, decision: pair.decision })),
      after: { upstream_workflow_id: from, datasets: pairs.map((pair) => pair.dataset), note },
      at,
    })
  })
}

async function pairsBetween(
  tx: OrgTx,
  workflowId: string,
  from: string,
): Promise<readonly WorkflowPair[]> {
  return workflowPairsQuery(tx, { workflowId, direction: 'upstream', limit: MAX_PAIRS })
    .where('o.workflow_id', '=', from)
    .execute()
}

/** @throws AppError `lineage.covered` when nothing is left, or one that was named needs no decision */
async function uncovered(
  tx: OrgTx,
  { workflowId, upstreamWorkflowId: from, datasets }: DecideInput,
  pairs: readonly WorkflowPair[],
): Promise<readonly WorkflowPair[]> {
  const isCovered = await readCovers(tx, workflowId, pairs)
  const open = pairs.filter((pair) => !isCovered(pair))
  if (open.length > 0 && (datasets === undefined || open.length === pairs.length)) return open
  throw new AppError(
    'conflict',
    'lineage.covered',
    `"${workflowId}" reads that of "${from}" after a task that waits for it, or one runs the other`,
  )
}

/** @throws AppError `lineage.no_dependency` when one of them is none */
function chosen(
  pairs: readonly WorkflowPair[],
  { workflowId, upstreamWorkflowId, datasets }: DecideInput,
): readonly WorkflowPair[] {
  const byKey = new Map(pairs.map((pair) => [pair.dataset_key, pair]))
  const wanted = datasets?.map((name) => byKey.get(datasetKey(name))) ?? pairs
  const found = wanted.flatMap((pair) => (pair ? [pair] : []))
  if (found.length > 0 && found.length === wanted.length) return [...new Set(found)]
  throw new AppError(
    'not_found',
    'lineage.no_dependency',
    `"${workflowId}" does not depend on "${upstreamWorkflowId}" by ${datasets ? 'each of these datasets' : 'any dataset'}`,
  )
}
