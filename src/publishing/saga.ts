import { forOrg, inTx, type Db } from '../db/database.ts'
import { readJson } from '../db/json-column.ts'
import { isNoAnswer, wasNotSent } from '../engine/outcome.ts'
import type { CallOptions } from '../engine/engine.ts'
import type { Call } from '../lib/call.ts'
import type { Clock } from '../lib/time.ts'
import { z } from 'zod'
import { renewLease, type Lease } from './publication-store.ts'
import {
  insertStep,
  listSteps,
  markStepEnded,
  markStepRepeated,
  noteStep,
  type Phase,
  type StepRow,
} from './step-store.ts'

/** The lease went to another replica: this one stops at once and touches nothing more. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost'
}

export interface SagaDeps {
  readonly db: Db
  readonly now: Clock
  readonly lease: Lease
  /** Upper bound of one engine call; shorter than the lease. */
  readonly callDeadlineMs: number
}

/** One engine call, journaled. Results are JSON. */
export interface Step {
  readonly name: string
  /** What is about to be done, for people who read the journal. */
  readonly intent: unknown
  /** Looks whether it is done already; null: it is not. Asked before every repeat. */
  readonly look: (options: CallOptions) => Promise<unknown>
  /** `note` journals what was read just before the send, so that a look after a lost answer knows it. */
  readonly act: (options: CallOptions, note: Note) => Promise<unknown>
}

type Note = (result: unknown) => Promise<void>

export interface Saga {
  /** Runs the step once: by the journal, by looking, or by doing it. Answers its result. */
  run(step: Step): Promise<unknown>
  /** A step of this phase has begun or is done: something may have reached the engine. */
  hasBegun(): boolean
  resultOf(name: string): unknown
  startedAt(name: string): Date | null
  isDone(name: string): boolean
  endedAt(name: string): Date | null
  attemptsOf(name: string): number
}

const Result = z.json()

/** The journal of one phase of one publication: written before and after every step. */
export async function openSaga(
  deps: SagaDeps,
  call: Call,
  { publicationId, phase }: { readonly publicationId: string; readonly phase: Phase },
): Promise<Saga> {
  const db = forOrg(deps.db, call.orgId)
  const all = await listSteps(db, publicationId)
  const steps = new Map<string, StepRow>(
    all.filter((step) => step.phase === phase).map((step) => [step.name, step]),
  )
  let nextNo = all.reduce((highest, step) => Math.max(highest, step.step_no), 0) + 1
  const reload = async (): Promise<void> => {
    for (const step of await listSteps(db, publicationId))
      if (step.phase === phase) steps.set(step.name, step)
  }
  return {
    hasBegun: () => steps.size > 0,
    resultOf: (name) => readResult(steps.get(name)),
    startedAt: (name) => steps.get(name)?.started_at ?? null,
    isDone: (name) => steps.get(name)?.state === 'done',
    endedAt: (name) => steps.get(name)?.ended_at ?? null,
    attemptsOf: (name) => steps.get(name)?.attempts ?? 0,
    async run(step) {
      const known = steps.get(step.name)
      if (known?.state === 'done') return readResult(known)
      const options = { signal: call.signal, deadlineMs: deps.callDeadlineMs }
      await holdLease(deps, call, publicationId)
      const stepNo = known?.step_no ?? nextNo++
      const seen = known ? await step.look(options) : null
      if (seen === null) {
        await inTx(db, (tx) =>
          known
            ? markStepRepeated(tx, publicationId, stepNo)
            : insertStep(tx, publicationId, {
                stepNo,
                phase,
                name: step.name,
                intent: step.intent,
                at: deps.now(),
              }),
        )
        // Whoever asks what has begun must hear of it, whatever becomes of the call.
        await reload()
      }
      const result =
        seen ?? (await actOrRecord(deps, call, { publicationId, stepNo, step, options }))
      await inTx(db, (tx) =>
        markStepEnded(tx, publicationId, {
          stepNo,
          state: 'done',
          result,
          error: null,
          at: deps.now(),
        }),
      )
      await reload()
      return result
    },
  }
}

interface Acting {
  readonly publicationId: string
  readonly stepNo: number
  readonly step: Step
  readonly options: CallOptions
}

/** A refusal ends the step; no answer leaves it begun, to be looked at before it is repeated. */
async function actOrRecord(
  deps: SagaDeps,
  call: Call,
  { publicationId, stepNo, step, options }: Acting,
): Promise<unknown> {
  const note: Note = (result) =>
    inTx(forOrg(deps.db, call.orgId), (tx) => noteStep(tx, publicationId, { stepNo, result }))
  try {
    return (await step.act(options, note)) ?? null
  } catch (error) {
    if (error instanceof LeaseLost || call.signal.aborted) throw error
    if (!isNoAnswer(error) && !wasNotSent(error)) {
      const at = deps.now()
      await inTx(forOrg(deps.db, call.orgId), (tx) =>
        markStepEnded(tx, publicationId, {
          stepNo,
          state: 'failed',
          result: null,
          error: describe(error),
          at,
        }),
      )
    }
    throw error
  }
}

function describe(error: unknown): unknown {
  return error instanceof Error
    ? { name: error.name, message: error.message }
    : { message: 'unknown' }
}

/** Called before anything is sent: who lost the lease sends nothing. */
export async function holdLease(
  deps: Pick<SagaDeps, 'db' | 'lease'>,
  call: Call,
  publicationId: string,
): Promise<void> {
  const isHeld = await inTx(forOrg(deps.db, call.orgId), (tx) =>
    renewLease(tx, publicationId, deps.lease),
  )
  if (!isHeld) throw new LeaseLost(`the lease of ${publicationId} went to another replica`)
}

function readResult(step: StepRow | undefined): unknown {
  return step?.result ? readJson(Result, step.result) : null
}
