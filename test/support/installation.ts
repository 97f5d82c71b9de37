import { randomBytes } from 'node:crypto'
import { createDolphinFactory } from '#clients/dolphinscheduler/factory.ts'
import { createSimulator, type Simulator } from '#clients/dolphinscheduler/simulator/simulator.ts'
import { simulatorFetch } from '#clients/dolphinscheduler/simulator/fetch.ts'
import { forOrg, inSystemTx, type Db, type OrgDb } from '#src/db/database.ts'
import { WorkflowDocument, type WorkflowDocumentInput } from '#src/definition/document.ts'
import type { EngineFamily } from '#src/engine/catalog.ts'
import type { EngineFactory } from '#src/engine/engine.ts'
import { createCluster } from '#src/environments/manage-clusters.ts'
import { probeCluster } from '#src/environments/probe-cluster.ts'
import { createEnvironment } from '#src/environments/manage-environments.ts'
import {
  EnvironmentDefaults,
  EnvironmentOverlay,
  EnvironmentPolicy,
} from '#src/environments/environment.ts'
import type { Call, Role } from '#src/lib/call.ts'
import { newId } from '#src/lib/ids.ts'
import { silentLog } from '#src/lib/log.ts'
import { createSecretBox } from '#src/lib/secrets.ts'
import { createDefaultRules } from '#src/inspections/save-rule.ts'
import { createWorkflow } from '#src/workflows/create-workflow.ts'
import { saveDraft } from '#src/workflows/save-draft.ts'
import { snapshotVersion } from '#src/workflows/snapshot-version.ts'

export interface TestClock {
  now: () => Date
  advance(ms: number): void
}

/** The engine's and ours at once; it stands still until a test moves it. */
export function createTestClock(start = '2026-03-01T10:00:00.500Z'): TestClock {
  let ms = Date.parse(start)
  return {
    now: () => new Date(ms),
    advance(by) {
      ms += by
    },
  }
}

export interface Installation {
  readonly at: OrgDb
  readonly simulator: Simulator
  readonly clock: TestClock
  readonly environmentId: string
  readonly projectCode: string
  readonly deps: {
    readonly db: Db
    readonly now: () => Date
    readonly factory: EngineFactory
    readonly secrets: ReturnType<typeof createSecretBox>
  }
  readonly as: (name: string) => Call
}

const PEOPLE: Readonly<Record<string, Role>> = {
  alice: 'author',
  bob: 'approver',
  carol: 'operator',
  erin: 'admin',
}

/** One organization on one simulated engine, with the environment prod; as a test of a use-case needs it. */
export async function createInstallation(
  db: Db,
  options: {
    readonly family?: EngineFamily
    readonly approvals?: number
    readonly startAt?: Date
  } = {},
): Promise<Installation> {
  const clock = createTestClock(options.startAt?.toISOString())
  const simulator = createSimulator({ family: options.family ?? '3.1', now: clock.now })
  const factory = createDolphinFactory({
    fetch: simulatorFetch(simulator),
    now: clock.now,
    callDeadlineMs: 200,
    sleep: () => Promise.resolve(),
  })
  const deps = {
    db,
    now: clock.now,
    factory,
    secrets: createSecretBox(new Map([['k', randomBytes(32)]])),
  }
  const orgId = newId('org')
  const members = new Map(Object.keys(PEOPLE).map((name) => [name, newId('mem')]))
  await inSystemTx(db, async (q) => {
    const at = clock.now()
    await q.insertInto('org').values({ org_id: orgId, name: orgId, created_at: at }).execute()
    for (const [name, memberId] of members) {
      await q
        .insertInto('org_member')
        .values({
          org_id: orgId,
          member_id: memberId,
          name,
          display_name: name,
          roles: JSON.stringify([PEOPLE[name]]),
          im_ids: '{}',
          created_at: at,
          updated_at: at,
        })
        .execute()
    }
    await createDefaultRules({ orgId, q }, at)
  })
  const as = (name: string): Call => ({
    orgId,
    actor: {
      kind: 'member',
      id: members.get(name) ?? name,
      name,
      roles: PEOPLE[name] ? [PEOPLE[name]] : [],
      tokenId: null,
      tokenCreatedBy: null,
      ip: null,
    },
    requestId: newId('req'),
    signal: new AbortController().signal,
    log: silentLog,
  })
  const base = `http://${orgId.replaceAll('_', '-')}/dolphinscheduler`
  const cluster = await createCluster(deps, as('erin'), {
    name: 'main',
    base_url: base,
    ui_url: `${base}/ui`,
    token: simulator.token,
    max_calls_per_second: 1000,
    max_concurrent_calls: 32,
    pinned_family: null,
    server_time_zone: 'UTC',
    idempotencyKey: undefined,
  })
  await probeCluster(deps, as('erin'), { clusterId: cluster.cluster_id })
  const environment = await createEnvironment(deps, as('erin'), {
    name: 'prod',
    cluster_id: cluster.cluster_id,
    project_code: null,
    project_name: 'slipway-prod',
    create_project: true,
    stage_rank: 1,
    defaults: EnvironmentDefaults.parse({ tenant: simulator.tenant }),
    overlay: EnvironmentOverlay.parse({}),
    policy: EnvironmentPolicy.parse({ approvals_required: options.approvals ?? 0 }),
    idempotencyKey: undefined,
  })
  return {
    at: forOrg(db, orgId),
    simulator,
    clock,
    environmentId: environment.environment_id,
    projectCode: environment.project_code,
    deps,
    as,
  }
}

export function ordersDocument(change: Partial<WorkflowDocumentInput> = {}): WorkflowDocument {
  return WorkflowDocument.parse({
    apiVersion: 'slipway/v1',
    kind: 'Workflow',
    id: 'daily_orders',
    name: 'Daily orders',
    owner: 'alice',
    tasks: [
      { key: 'extract', type: 'shell', script: 'echo extract' },
      { key: 'load', type: 'shell', needs: ['extract'], script: 'echo load' },
    ],
    schedule: { cron: '0 3 * * *', timezone: 'UTC' },
    ...change,
  })
}

/** The document as the next version of its workflow, which is made the first time. */
export async function addVersion(
  installation: Installation,
  document: WorkflowDocument,
): Promise<number> {
  const call = installation.as('alice')
  const { deps } = installation
  const exists = await installation.at.q
    .selectFrom('data_workflow')
    .select('workflow_id')
    .where('org_id', '=', call.orgId)
    .where('workflow_id', '=', document.id)
    .executeTakeFirst()
  if (exists) await saveDraft(deps, call, { workflowId: document.id, document, revision: null })
  else await createWorkflow(deps, call, { document, idempotencyKey: undefined })
  return snapshotVersion(deps, call, {
    workflowId: document.id,
    note: '',
    idempotencyKey: undefined,
  })
}
