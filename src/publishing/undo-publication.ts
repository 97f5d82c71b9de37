import { isNoAnswer, isUnreadable } from '../engine/outcome.ts'
import type { Call } from '../lib/call.ts'
import { publicMessage } from '../lib/errors.ts'
import { clockOf, nextTry, release, type ClockDeps } from './apply-outcome.ts'
import { compensate } from './compensate.ts'
import type { StepContext } from './engine-steps.ts'
import { finishPublication, type Finish, type FinishDeps } from './finish-publication.ts'
import type { Failure } from './publication.ts'
import type { PublicationRow } from './publication-store.ts'
import { LeaseLost, openSaga, type SagaDeps } from './saga.ts'

type UndoDeps = ClockDeps & FinishDeps & SagaDeps

export interface Undo {
  readonly row: PublicationRow
  readonly context: StepContext
  readonly failure: Failure
}

/**
 * Puts back what was there. Whatever stands in the way is tried again until the deadline; after it
 * the publication is stuck, which holds its place and is for a person to end.
 */
export async function undoPublication(
  deps: UndoDeps,
  call: Call,
  { row, context, failure }: Undo,
): Promise<void> {
  const { plan, saga } = context
  const end = (state: Finish['state'], rest: Partial<Finish> = {}): Promise<void> =>
    finishPublication(deps, call, {
      row,
      plan,
      state,
      failure,
      evidence: null,
      live: null,
      ...rest,
    })
  if (!saga.hasBegun()) return end('failed')
  const journal = await openSaga(deps, call, {
    publicationId: row.publication_id,
    phase: 'compensate',
  })
  try {
    const { notRestored, live } = await compensate({
      context,
      undo: journal,
      options: { signal: call.signal, deadlineMs: deps.callDeadlineMs },
    })
    await end('compensated', { failure: { ...failure, not_restored: [...notRestored] }, live })
  } catch (error) {
    if (error instanceof LeaseLost || call.signal.aborted) throw error
    call.log.warn(
      { event: 'publication.undo_failed', publication_id: row.publication_id, err: error },
      'what a publication did could not be put back yet',
    )
    const { now, deadline } = await clockOf(deps, call, row)
    if (now < deadline) return release(deps, call, row, nextTry(now, deadline, deps))
    await end('stuck', { failure: { ...failure, not_restored: [obstacleOf(error)] } })
  }
}

function obstacleOf(error: unknown): string {
  if (isNoAnswer(error) && !isUnreadable(error))
    return 'the engine did not answer while it was being put back'
  return `it could not be put back: ${publicMessage(error)}`
}
