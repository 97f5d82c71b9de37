import type { Engine, EngineFactory } from '#src/engine/engine.ts'
import { AppError } from '#src/lib/errors.ts'
import { applyPublication, type ApplyDeps } from '#src/publishing/apply-publication.ts'
import { makePlan } from '#src/publishing/make-plan.ts'
import { requestPublication } from '#src/publishing/request-publication.ts'
import type { Operation } from '#src/publishing/publication.ts'
import type { Installation } from './installation.ts'

export const LEASE_MS = 60_000

export function applyDeps(installation: Installation, change: Partial<ApplyDeps> = {}): ApplyDeps {
  return {
    ...installation.deps,
    lease: { owner: 'replica-1', ms: LEASE_MS },
    callDeadlineMs: 200,
    applyDeadlineMs: 3_600_000,
    onEnded: () => Promise.resolve(),
    ...change,
  }
}

/** Planned and requested by alice; answers the publication's id. */
export async function request(
  installation: Installation,
  operation: Operation,
  options: { readonly version?: number; readonly online?: boolean } = {},
): Promise<string> {
  const input = {
    workflowId: 'daily_orders',
    environment: 'prod',
    operation,
    version: options.version ?? null,
    options: { online: options.online ?? false },
  }
  const plan = await makePlan(installation.deps, installation.as('alice'), input)
  return requestPublication(installation.deps, installation.as('alice'), {
    ...input,
    planDigest: plan.plan_digest,
    note: '',
    idempotencyKey: undefined,
  })
}

/** Attempts until it has ended, each as the job would make it. */
export async function applyToEnd(
  installation: Installation,
  publicationId: string,
  change: Partial<ApplyDeps> = {},
): Promise<string> {
  for (let attempt = 0; attempt < 20; attempt++) {
    await applyPublication(
      applyDeps(installation, change),
      { ...installation.as('job'), signal: new AbortController().signal },
      publicationId,
    )
    const { state } = await stateOf(installation, publicationId)
    if (state !== 'approved' && state !== 'applying') return state
  }
  throw new Error('it did not end after 20 attempts')
}

export async function stateOf(installation: Installation, publicationId: string) {
  return installation.at.q
    .selectFrom('workflow_publish_record')
    .selectAll()
    .where('publication_id', '=', publicationId)
    .executeTakeFirstOrThrow()
}

/** The dead process's lease runs out. */
export async function expireLease(
  installation: Installation,
  publicationId: string,
): Promise<void> {
  await installation.at.q
    .updateTable('workflow_publish_record')
    .set({ lease_until: new Date('2000-01-01T00:00:00Z') })
    .where('publication_id', '=', publicationId)
    .execute()
}

export const BREAKS = ['killed_before', 'killed_after', 'answer_lost', 'never_sent'] as const
export type Break = (typeof BREAKS)[number]

const WRITES = [
  'createDefinition',
  'updateDefinition',
  'setDefinitionOnline',
  'setDefinitionOffline',
  'deleteDefinition',
  'createSchedule',
  'updateSchedule',
  'setScheduleOnline',
  'setScheduleOffline',
  'deleteSchedule',
] as const

/** The factory with one of its writing calls broken: the `index`-th, counted from 0. */
export function breakWrite(
  factory: EngineFactory,
  {
    index,
    kind,
    onKill,
  }: { readonly index: number; readonly kind: Break; readonly onKill: () => void },
): EngineFactory {
  let count = 0
  const wrap = (engine: Engine): Engine => {
    const broken: Record<string, unknown> = {}
    for (const name of WRITES) {
      const original = engine[name].bind(engine) as (...args: unknown[]) => Promise<unknown>
      broken[name] = async (...args: unknown[]) => {
        if (count++ !== index) return original(...args)
        return fail(kind, () => original(...args), onKill)
      }
    }
    return { ...engine, ...broken }
  }
  return {
    ...factory,
    connect: (address) => ({
      ...factory.connect(address),
      engine: wrap(factory.connect(address).engine),
    }),
  }
}

async function fail(kind: Break, call: () => Promise<unknown>, onKill: () => void): Promise<never> {
  if (kind === 'killed_after' || kind === 'answer_lost') await call()
  if (kind === 'killed_before' || kind === 'killed_after') onKill()
  if (kind === 'never_sent')
    throw new AppError('unavailable', 'engine.no_answer', 'refused connection', {
      details: { sent: false },
    })
  throw new AppError('unavailable', 'engine.no_answer', 'the answer was lost', {
    details: { sent: true },
  })
}
