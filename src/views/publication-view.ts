import { sql, type Expression, type ExpressionBuilder } from 'kysely'
import { z } from 'zod'
import { decodeCursor, toPage } from '../db/cursor.ts'
import { forOrg, type Db, type OrgReader } from '../db/database.ts'
import { readJson, readJsonOrNull } from '../db/json-column.ts'
import type { Database, Row } from '../db/tables.ts'
import type { Call } from '../lib/call.ts'
import { AppError } from '../lib/errors.ts'
import { Evidence } from '../publishing/evidence.ts'
import { Plan } from '../publishing/plan.ts'
import { Failure } from '../publishing/publication.ts'
import { environmentIdOf } from './execution.ts'

export interface PublicationFilter {
  readonly limit: number
  readonly cursor?: string | undefined
  readonly workflow_id?: string | undefined
  readonly environment?: string | undefined
  readonly state?: string | undefined
  /** `me`: what this member may decide about now, with this token. */
  readonly waiting_for?: 'me' | undefined
}

/** Plan and evidence are large: only what shows them reads them. */
const SUMMARY = [
  'p.publication_id',
  'p.workflow_id',
  'p.operation',
  'p.version',
  'p.state',
  'p.plan_digest',
  'p.approvals_required',
  'p.requested_by_name',
  'p.note',
  'p.failure',
  'p.created_at',
  'p.approved_at',
  'p.started_at',
  'p.ended_at',
  'p.expires_at',
  'p.next_attempt_at',
] as const
type Summary = Awaited<ReturnType<ReturnType<typeof publications>['executeTakeFirstOrThrow']>>

/** Newest first. */
export async function listPublications(
  deps: { readonly db: Db },
  call: Call,
  filter: PublicationFilter,
) {
  const at = forOrg(deps.db, call.orgId)
  if (filter.waiting_for === 'me' && !call.actor.roles.includes('approver'))
    return { items: [], next_cursor: null }
  const environmentId = await environmentIdOf(at, filter.environment)
  const rows = await publicationsQuery(at, call, { ...filter, environmentId }).execute()
  return toPage(rows, {
    limit: filter.limit,
    item: toSummary,
    position: (row) => [row.publication_id],
  })
}

/** One row more than the limit says whether there is another page. */
export function publicationsQuery(
  at: OrgReader,
  call: Call,
  filter: PublicationFilter & { readonly environmentId?: string | undefined },
) {
  const { workflow_id, environmentId, state, waiting_for } = filter
  let query = publications(at, indexOf(filter))
    .orderBy('p.publication_id', 'desc')
    .limit(filter.limit + 1)
  if (workflow_id !== undefined) query = query.where('p.workflow_id', '=', workflow_id)
  if (environmentId !== undefined) query = query.where('p.environment_id', '=', environmentId)
  if (state !== undefined) query = query.where('p.state', '=', state)
  if (filter.cursor !== undefined)
    query = query.where(
      'p.publication_id',
      '<',
      decodeCursor(z.tuple([z.string()]), filter.cursor)[0],
    )
  if (waiting_for === 'me') query = query.where((eb) => mayDecide(eb, call))
  return query
}

type Filter = ExpressionBuilder<
  Database & { p: Database['workflow_publish_record']; e: Database['engine_environment'] },
  'p' | 'e'
>

/** As the decision itself does: in time, named where the policy names anybody, not barred, not yet heard. */
function mayDecide(eb: Filter, { actor }: Call) {
  const listed = (list: Expression<unknown>, name: string) =>
    eb(eb.fn<number>('json_contains', [list, eb.val(JSON.stringify(name))]), '=', 1)
  const approvers = eb.fn<string>('json_extract', ['e.policy', eb.val('$.approvers')])
  const behind = new Set([actor.id, actor.tokenCreatedBy ?? actor.id])
  return eb.and([
    eb('p.state', '=', 'pending_approval'),
    eb.or([eb('p.expires_at', 'is', null), eb('p.expires_at', '>', sql<Date>`UTC_TIMESTAMP(3)`)]),
    eb.or([
      eb(eb.fn.coalesce(eb.fn<number>('json_length', [approvers]), eb.lit(0)), '=', 0),
      listed(approvers, actor.name),
    ]),
    ...[...behind].map((memberId) => eb.not(listed(eb.ref('p.barred'), memberId))),
    // Looked up for each: of an EXISTS the server would read all approvals there are.
    eb(
      eb
        .selectFrom('workflow_approval as a')
        .select('a.approval_id')
        .whereRef('a.org_id', '=', 'p.org_id')
        .whereRef('a.publication_id', '=', 'p.publication_id')
        .where('a.member_id', '=', actor.id)
        .limit(1),
      'is',
      null,
    ),
  ])
}

/**
 * Left to choose, MySQL reads all publications by the primary key, plans and evidence with them, or
 * walks an index of another filter: how many rows an environment has it knows by a sample only.
 */
function indexOf(filter: Parameters<typeof publicationsQuery>[2]) {
  const { workflow_id, environmentId, state, waiting_for } = filter
  if (workflow_id !== undefined) return sql`p FORCE INDEX (workflow_publish_record_workflow)`
  const hasState = state !== undefined || waiting_for !== undefined
  if (environmentId === undefined)
    return hasState ? sql`p FORCE INDEX (workflow_publish_record_org_state)` : sql`p`
  return hasState
    ? sql`p FORCE INDEX (workflow_publish_record_environment_state)`
    : sql`p FORCE INDEX (workflow_publish_record_environment)`
}

function publications(at: OrgReader, alias = sql`p`) {
  return (
    at.q
      .selectFrom(sql<Row<'workflow_publish_record'>>`workflow_publish_record`.as<'p'>(alias))
      // Every publication has its environment; an outer join keeps the server from beginning with those.
      .leftJoin('engine_environment as e', (join) =>
        join.onRef('e.org_id', '=', 'p.org_id').onRef('e.environment_id', '=', 'p.environment_id'),
      )
      .select([...SUMMARY])
      .select((eb) => eb.ref('e.name').$notNull().as('environment'))
      .where('p.org_id', '=', at.orgId)
  )
}

export async function readPublication(
  deps: { readonly db: Db },
  call: Call,
  input: { readonly publicationId: string },
) {
  const at = forOrg(deps.db, call.orgId)
  const row = await publications(at)
    .select('p.plan')
    .where('p.publication_id', '=', input.publicationId)
    .executeTakeFirst()
  if (!row) throw notFound(input.publicationId)
  const approvals = await at.q
    .selectFrom('workflow_approval')
    .select(['member_name', 'decision', 'comment', 'decided_at'])
    .where('org_id', '=', at.orgId)
    .where('publication_id', '=', row.publication_id)
    .orderBy('decided_at')
    .execute()
  const plan = readJson(Plan, row.plan)
  return {
    ...toSummary(row),
    plan: {
      changes: plan.changes,
      changes_text: plan.changes_text,
      drift_text: plan.drift_text,
      steps: plan.steps,
      warnings: plan.warnings,
      next_fires: plan.next_fires,
    },
    approvals: approvals.map((approval) => ({
      member: approval.member_name,
      decision: approval.decision,
      comment: approval.comment,
      decided_at: approval.decided_at.toISOString(),
    })),
    steps: await stepsOf(at, row.publication_id),
  }
}

/** What proves it: the plan's digest, who approved it, every step, and what was read back. */
export async function readEvidence(
  deps: { readonly db: Db },
  call: Call,
  input: { readonly publicationId: string },
) {
  const at = forOrg(deps.db, call.orgId)
  const row = await publications(at)
    .select('p.evidence')
    .where('p.publication_id', '=', input.publicationId)
    .executeTakeFirst()
  if (!row) throw notFound(input.publicationId)
  return {
    publication_id: row.publication_id,
    state: row.state,
    plan_digest: row.plan_digest,
    evidence: readJsonOrNull(Evidence, row.evidence),
    steps: await stepsOf(at, row.publication_id),
  }
}

function notFound(publicationId: string): AppError {
  return new AppError('not_found', 'publication.not_found', `no publication "${publicationId}"`)
}

async function stepsOf(at: OrgReader, publicationId: string) {
  const rows = await at.q
    .selectFrom('workflow_publish_step')
    .select(['step_no', 'phase', 'name', 'state', 'attempts', 'started_at', 'ended_at'])
    .where('org_id', '=', at.orgId)
    .where('publication_id', '=', publicationId)
    .orderBy('step_no')
    .execute()
  return rows.map((row) => ({
    step_no: row.step_no,
    phase: row.phase,
    name: row.name,
    state: row.state,
    attempts: row.attempts,
    started_at: row.started_at?.toISOString() ?? null,
    ended_at: row.ended_at?.toISOString() ?? null,
  }))
}

function toSummary(row: Summary) {
  return {
    publication_id: row.publication_id,
    workflow_id: row.workflow_id,
    environment: row.environment,
    operation: row.operation,
    version: row.version,
    state: row.state,
    plan_digest: row.plan_digest,
    approvals_required: row.approvals_required,
    requested_by: row.requested_by_name,
    note: row.note,
    failure: readJsonOrNull(Failure, row.failure),
    created_at: row.created_at.toISOString(),
    approved_at: row.approved_at?.toISOString() ?? null,
    started_at: row.started_at?.toISOString() ?? null,
    ended_at: row.ended_at?.toISOString() ?? null,
    expires_at: row.expires_at?.toISOString() ?? null,
    next_attempt_at: row.next_attempt_at?.toISOString() ?? null,
  }
}
