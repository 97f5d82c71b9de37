import { forOrg, inTx, type Db, type OrgTx } from '../db/database.ts'
import { readJson, readJsonOrNull, writeJson } from '../db/json-column.ts'
import { databaseNow } from '../db/now.ts'
import { connectEnvironment } from '../environments/connect-environment.ts'
import { isNoAnswer } from '../engine/outcome.ts'
import type { Call } from '../lib/call.ts'
import { AppError, isAppError } from '../lib/errors.ts'
import { clockOf, describeFailure, nextTry, release } from './apply-outcome.ts'
import { readBack, type StepContext } from './engine-steps.ts'
import { makeEvidence, type Evidence } from './evidence.ts'
import { finishPublication } from './finish-publication.ts'
import { updateHeld } from './held-publication.ts'
import type { PlanDeps } from './make-plan.ts'
import { endOnline } from './online-since.ts'
import { Plan, type LiveState } from './plan.ts'
import { STEP_NAMES } from './plan-steps.ts'
import { Failure, type EndedPublication } from './publication.ts'
import {
  getPublication,
  takePublication,
  type Lease,
  type PublicationRow,
} from './publication-store.ts'
import { holdLease, LeaseLost, openSaga, type Saga } from './saga.ts'
import { stepOf } from './step-of.ts'
import { isStillTrue } from './still-true.ts'
import { undoPublication } from './undo-publication.ts'

export interface ApplyDeps extends PlanDeps {
  readonly db: Db
  readonly lease: Lease
  readonly callDeadlineMs: number
  /** How long an engine that does not answer is asked again before the publication is undone. */
  readonly applyDeadlineMs: number
  /** Called in the transaction that ends a publication: rules and alerts hang on it. */
  readonly onEnded: (tx: OrgTx, publication: EndedPublication) => Promise<void>
}

/** One attempt at one approved publication. Killed anywhere, the next attempt goes on from the journal. */
export async function applyPublication(
  deps: ApplyDeps,
  call: Call,
  publicationId: string,
): Promise<void> {
  const db = forOrg(deps.db, call.orgId)
  const isTaken = await inTx(db, (tx) =>
    takePublication(tx, publicationId, {
      ...deps.lease,
      graceMs: deps.callDeadlineMs,
      deadlineMs: deps.applyDeadlineMs,
    }),
  )
  if (!isTaken) return
  const row = await getPublication(db, publicationId)
  try {
    await advance(deps, call, row)
  } catch (error) {
    if (error instanceof LeaseLost) {
      call.log.warn(
        { event: 'publication.lease_lost', publication_id: publicationId, err: error },
        'a publication is in other hands, or was ended meanwhile',
      )
      return
    }
    throw error
  }
}

async function advance(deps: ApplyDeps, call: Call, row: PublicationRow): Promise<void> {
  const plan = readJson(Plan, row.plan)
  const saga = await openSaga(deps, call, { publicationId: row.publication_id, phase: 'apply' })
  const context = await contextOf(deps, call, { row, plan, saga })
  if (!context) return
  const { skewMs } = context
  const failure = readJsonOrNull(Failure, row.failure)
  if (failure) return undoPublication(deps, call, { row, context, failure })
  try {
    await assertInTime(deps, call, { row, saga })
    if (!saga.hasBegun() && !(await isStillTrue(deps, call, { row, plan, skewMs }))) return
    await markApplying(deps, call, { row, plan })
    const { evidence, live } = await runSteps(deps, call, context)
    await finishPublication(deps, call, {
      row,
      plan,
      state: 'succeeded',
      failure: null,
      evidence,
      live,
    })
  } catch (error) {
    if (error instanceof LeaseLost || call.signal.aborted) throw error
    await fail(deps, call, { row, context, error })
  }
}

interface Opened {
  readonly row: PublicationRow
  readonly plan: Plan
  readonly saga: Saga
}

/** null: the cluster cannot be spoken to at all, and what follows from that is done. */
async function contextOf(
  deps: ApplyDeps,
  call: Call,
  { row, plan, saga }: Opened,
): Promise<StepContext | null> {
  try {
    const at = forOrg(deps.db, call.orgId)
    const { engine, skewMs } = await connectEnvironment(deps, at, row.environment_id)
    return { engine, plan, saga, skewMs, now: deps.now }
  } catch (error) {
    if (call.signal.aborted) throw error
    call.log.warn(
      { event: 'publication.no_connection', publication_id: row.publication_id, err: error },
      'the cluster of a publication cannot be reached',
    )
    const { now, deadline } = await clockOf(deps, call, row)
    if (now < deadline) await release(deps, call, row, nextTry(now, deadline, deps))
    else
      await finishPublication(deps, call, {
        row,
        plan,
        state: saga.hasBegun() ? 'stuck' : 'failed',
        failure: describeFailure(error, { saga, plan }),
        evidence: null,
        live: null,
      })
    return null
  }
}

/** What could not begin until then will not: somebody has to look at it. */
async function assertInTime(
  deps: ApplyDeps,
  call: Call,
  { row, saga }: { readonly row: PublicationRow; readonly saga: Saga },
): Promise<void> {
  const { now, deadline } = await clockOf(deps, call, row)
  if (saga.hasBegun() || now < deadline) return
  throw new AppError(
    'unavailable',
    'engine.no_answer',
    'it could not begin before its deadline: the engine did not answer, or the check took too long',
  )
}

async function markApplying(
  deps: ApplyDeps,
  call: Call,
  { row, plan }: { readonly row: PublicationRow; readonly plan: Plan },
): Promise<void> {
  const at = deps.now()
  await inTx(forOrg(deps.db, call.orgId), async (tx) => {
    const now = await databaseNow(tx.q)
    await updateHeld(tx, row.publication_id, deps.lease, {
      state: 'applying',
      started_at: row.started_at ?? now,
      updated_at: now,
    })
    await endOnline(tx, { plan, at })
  })
}

async function runSteps(
  deps: ApplyDeps,
  call: Call,
  context: StepContext,
): Promise<{ readonly evidence: Evidence; readonly live: LiveState | null }> {
  const { plan, saga } = context
  for (const name of STEP_NAMES) {
    if (name !== 'read_back' && plan.steps.includes(name)) await saga.run(stepOf(context, name))
  }
  const live = await readBack(context, { signal: call.signal, deadlineMs: deps.callDeadlineMs })
  const evidence = makeEvidence({ plan, live, saga, at: deps.now() })
  if (!evidence.matches) {
    throw new AppError(
      'conflict',
      'publication.read_back_differs',
      `read back, the engine differs from the plan: ${evidence.differences.join('; ')}`,
    )
  }
  return { evidence, live }
}

interface Failed {
  readonly row: PublicationRow
  readonly context: StepContext
  readonly error: unknown
}

/** No answer is asked again until the deadline; a refusal, or a deadline that passed, is undone. */
async function fail(deps: ApplyDeps, call: Call, { row, context, error }: Failed): Promise<void> {
  const { now, deadline } = await clockOf(deps, call, row)
  if (isNoAnswer(error) && now < deadline)
    return release(deps, call, row, nextTry(now, deadline, deps))
  if (!isAppError(error))
    call.log.error(
      { event: 'publication.failed', publication_id: row.publication_id, err: error },
      'a publication failed unexpectedly',
    )
  const failure = describeFailure(error, context)
  await holdLease(deps, call, row.publication_id).catch((lost: unknown) => {
    if (context.saga.hasBegun()) throw lost
  })
  await inTx(forOrg(deps.db, call.orgId), (tx) =>
    updateHeld(tx, row.publication_id, deps.lease, {
      failure: writeJson(failure),
      updated_at: now,
    }),
  )
  await undoPublication(deps, call, { row, context, failure })
}
