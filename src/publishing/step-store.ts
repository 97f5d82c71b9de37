import type { OrgReader, OrgTx } from '../db/database.ts'
import { writeJson } from '../db/json-column.ts'
import type { Row } from '../db/tables.ts'

export type StepRow = Row<'workflow_publish_step'>
export type Phase = 'apply' | 'compensate'

export async function listSteps(at: OrgReader, publicationId: string): Promise<readonly StepRow[]> {
  return at.q
    .selectFrom('workflow_publish_step')
    .selectAll()
    .where('org_id', '=', at.orgId)
    .where('publication_id', '=', publicationId)
    .orderBy('step_no')
    .execute()
}

export interface StepIntent {
  readonly stepNo: number
  readonly phase: Phase
  readonly name: string
  readonly intent: unknown
  readonly at: Date
}

/** Written before the call: that we mean to do it. */
export async function insertStep(
  tx: OrgTx,
  publicationId: string,
  step: StepIntent,
): Promise<void> {
  await tx.q
    .insertInto('workflow_publish_step')
    .values({
      org_id: tx.orgId,
      publication_id: publicationId,
      step_no: step.stepNo,
      phase: step.phase,
      name: step.name,
      state: 'started',
      attempts: 1,
      intent: writeJson(step.intent),
      started_at: step.at,
    })
    .execute()
}

export async function markStepRepeated(
  tx: OrgTx,
  publicationId: string,
  stepNo: number,
): Promise<void> {
  await tx.q
    .updateTable('workflow_publish_step')
    .set((eb) => ({ attempts: eb('attempts', '+', 1) }))
    .where('org_id', '=', tx.orgId)
    .where('publication_id', '=', publicationId)
    .where('step_no', '=', stepNo)
    .execute()
}

/** Written in the middle: what the call is about to change, while its end is open. */
export async function noteStep(
  tx: OrgTx,
  publicationId: string,
  { stepNo, result }: { readonly stepNo: number; readonly result: unknown },
): Promise<void> {
  await tx.q
    .updateTable('workflow_publish_step')
    .set({ result: writeJson(result) })
    .where('org_id', '=', tx.orgId)
    .where('publication_id', '=', publicationId)
    .where('step_no', '=', stepNo)
    .execute()
}

/** Written after the call: what came of it. */
export async function markStepEnded(
  tx: OrgTx,
  publicationId: string,
  step: {
    readonly stepNo: number
    readonly state: 'done' | 'failed'
    readonly result: unknown
    readonly error: unknown
    readonly at: Date
  },
): Promise<void> {
  await tx.q
    .updateTable('workflow_publish_step')
    .set({
      state: step.state,
      result: writeJson(step.result ?? null),
      error: step.error === null ? null : writeJson(step.error),
      ended_at: step.at,
    })
    .where('org_id', '=', tx.orgId)
    .where('publication_id', '=', publicationId)
    .where('step_no', '=', step.stepNo)
    .execute()
}

/** A person asked to try again: nothing that was done is trusted, each step is looked at anew. */
export async function reopenSteps(tx: OrgTx, publicationId: string): Promise<void> {
  await tx.q
    .deleteFrom('workflow_publish_step')
    .where('org_id', '=', tx.orgId)
    .where('publication_id', '=', publicationId)
    .where('phase', '=', 'compensate')
    .execute()
  await tx.q
    .updateTable('workflow_publish_step')
    .set({ state: 'started', error: null })
    .where('org_id', '=', tx.orgId)
    .where('publication_id', '=', publicationId)
    .execute()
}
