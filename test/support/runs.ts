import { engineOf } from './engine.ts'
import type { Db } from '#src/db/database.ts'
import type { WorkflowDocumentInput } from '#src/definition/document.ts'
import type { EngineFamily } from '#src/engine/catalog.ts'
import type { Engine, EngineFactory } from '#src/engine/engine.ts'
import type { EngineInstance, EngineTaskInstance } from '#src/engine/run.ts'
import { requestRun } from '#src/runs/request-run.ts'
import { startRun, type StartRunDeps } from '#src/runs/start-run.ts'
import { syncEnvironment } from '#src/runs/sync-environment.ts'
import {
  addVersion,
  createInstallation,
  ordersDocument,
  type Installation,
} from './installation.ts'
import { applyToEnd, request } from './publishing.ts'

const HOUR_MS = 3_600_000

/** Daily orders, online in prod and started by nobody's schedule. */
export async function deployOrders(
  db: Db,
  {
    family = '3.4',
    startAt,
    ...change
  }: Partial<WorkflowDocumentInput> & {
    readonly family?: EngineFamily
    readonly startAt?: Date
  } = {},
): Promise<Installation> {
  const installation = await createInstallation(db, {
    family,
    ...(startAt === undefined ? {} : { startAt }),
  })
  await addVersion(installation, ordersDocument({ schedule: undefined, ...change }))
  await applyToEnd(installation, await request(installation, 'deploy', { online: true }))
  return installation
}

/** The factory whose engines answer some calls otherwise. */
export function withEngine(
  { deps: { factory } }: Installation,
  change: (engine: Engine) => Partial<Engine>,
): EngineFactory {
  return {
    ...factory,
    connect: (address) => {
      const { engine, compiler } = factory.connect(address)
      return { compiler, engine: { ...engine, ...change(engine) } }
    },
  }
}

export function rowOf({ at }: Installation, runId: string) {
  return at.q
    .selectFrom('workflow_instance_cache')
    .selectAll()
    .where('org_id', '=', at.orgId)
    .where('run_id', '=', runId)
    .executeTakeFirstOrThrow()
}

/** Every instance of the project around now, by id. */
export async function instancesOn(
  installation: Installation,
): Promise<ReadonlyMap<number, EngineInstance>> {
  const ms = installation.clock.now().getTime()
  const window = { from: new Date(ms - 12 * HOUR_MS), to: new Date(ms + HOUR_MS) }
  const engine = engineOf(installation)
  const found = new Map<number, EngineInstance>()
  for (let page = 1; ; page++) {
    const { items, total } = await engine.listInstances(
      { projectCode: installation.projectCode, window, page, pageSize: 100 },
      { signal: AbortSignal.timeout(5_000) },
    )
    for (const item of items) found.set(item.id, item)
    if (items.length === 0 || page * 100 >= total) return found
  }
}

export function tasksOn(
  installation: Installation,
  instanceId: number,
): Promise<readonly EngineTaskInstance[]> {
  return engineOf(installation).listTasksOfInstance(
    { projectCode: installation.projectCode, instanceId },
    { signal: AbortSignal.timeout(5_000) },
  )
}

export async function deployedCode({ at }: Installation): Promise<string> {
  const row = await at.q
    .selectFrom('workflow_deployment')
    .select('engine_code')
    .where('org_id', '=', at.orgId)
    .executeTakeFirstOrThrow()
  if (row.engine_code === null) throw new Error('nothing is deployed')
  return row.engine_code
}

/** carol asks for a run; it is on record and not sent. */
export function askForRun(
  installation: Installation,
  params: Readonly<Record<string, string | number | boolean>> = {},
): Promise<string> {
  return requestRun(installation.deps, installation.as('carol'), {
    workflowId: 'daily_orders',
    environment: undefined,
    params,
    jobRunId: undefined,
    idempotencyKey: undefined,
  })
}

/** What a round of the start job does for one row, by one replica. */
export function sendRun(
  installation: Installation,
  runId: string,
  change: Partial<StartRunDeps> & { readonly signal?: AbortSignal } = {},
): Promise<void> {
  const { signal = new AbortController().signal, ...deps } = change
  return startRun(
    {
      ...installation.deps,
      owner: 'replica',
      callDeadlineMs: 200,
      resolveMs: HOUR_MS,
      ...deps,
    },
    { ...installation.as('job'), signal },
    runId,
  )
}

/** Leases and pauses are the database's, whose clock no test moves: they are over. */
export async function hurryRuns({ at }: Installation): Promise<void> {
  await at.q
    .updateTable('workflow_instance_cache')
    .set({ lease_until: null, next_attempt_at: new Date(0) })
    .where('org_id', '=', at.orgId)
    .where('next_attempt_at', 'is not', null)
    .execute()
}

export function syncOnce(installation: Installation, sweepMs = 24 * HOUR_MS): Promise<void> {
  return syncEnvironment(
    { ...installation.deps, callDeadlineMs: 200, sweepMs },
    installation.as('sync'),
    installation.environmentId,
  )
}
