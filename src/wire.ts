import { createDolphinFactory } from '#clients/dolphinscheduler/factory.ts'
import { createGuards } from '#clients/dolphinscheduler/guards.ts'
import { links } from '#clients/dolphinscheduler/links.ts'
import { createOutboundFetch } from '#clients/http/outbound-fetch.ts'
import type { HttpFetch } from '#clients/http/http-fetch.ts'
import { createFeishuChannel } from '#clients/im/feishu.ts'
import { createWebhookChannel } from '#clients/im/webhook.ts'
import { createDeliverAlertsJob } from '#jobs/deliver-alerts.ts'
import type { Job } from '#jobs/job.ts'
import { createCatchUpLineageJob } from '#jobs/catch-up-lineage.ts'
import { createJudgeJob } from '#jobs/judge-attempts.ts'
import { createSyncJob } from '#jobs/execution-history-sync.ts'
import { createDriftWatchJob } from '#jobs/drift-watch.ts'
import { createImportsJob } from '#jobs/imports.ts'
import { createPrepareAlertsJob } from '#jobs/prepare-alerts.ts'
import { createPublishJob } from '#jobs/publish.ts'
import { createStartRunsJob } from '#jobs/start-runs.ts'
import { authenticateToken } from './access/authenticate-token.ts'
import { mountMemberRoutes } from './access/member-routes.ts'
import { mountTokenRoutes } from './access/token-routes.ts'
import { mountAlertRoutes } from './alerts/alert-routes.ts'
import { mountChannelRoutes } from './alerts/channel-routes.ts'
import { createApp } from './app.ts'
import type { Config } from './config.ts'
import type { Db, OrgTx } from './db/database.ts'
import { pendingMigrations } from './db/migrate.ts'
import { mountDriftRoutes } from './drift/drift-routes.ts'
import type { EngineFactory } from './engine/engine.ts'
import { mountClusterRoutes } from './environments/cluster-routes.ts'
import { mountEnvironmentRoutes } from './environments/environment-routes.ts'
import { mountPolicyRoutes } from './environments/policy-routes.ts'
import { mountDocs } from './http/docs.ts'
import type { Router } from './http/endpoint.ts'
import { mountHealth, type ReadyReport } from './http/health.ts'
import { mountExportRoutes } from './imports/export-routes.ts'
import { mountImportRoutes } from './imports/import-routes.ts'
import { mountInspectionRoutes } from './inspections/inspection-routes.ts'
import { judgePublication } from './inspections/judge-publication.ts'
import { judgeUnresolvedRun } from './inspections/judge-unresolved-run.ts'
import type { Logger } from './lib/log.ts'
import type { SecretBox } from './lib/secrets.ts'
import { systemClock, type Clock } from './lib/time.ts'
import { mountLineageRoutes } from './lineage/lineage-routes.ts'
import type { Metrics } from './metrics.ts'
import { observeEngines } from './observe-engine.ts'
import type { EndedPublication } from './publishing/publication.ts'
import { mountPromotionRoutes } from './promotions/promotion-routes.ts'
import { mountPublicationRoutes } from './publishing/publication-routes.ts'
import { readLive } from './publishing/read-live.ts'
import { readFailure } from './runs/read-failure.ts'
import { mountRunRoutes } from './runs/run-routes.ts'
import { namesOfPlace, subjectOfAlert } from './views/alert-subject.ts'
import { mountFileRoutes } from './workflows/file-routes.ts'
import { mountVersionRoutes } from './workflows/version-routes.ts'
import { mountWorkflowListRoute } from './workflows/workflow-list-routes.ts'
import { mountWorkflowRoutes } from './workflows/workflow-routes.ts'

export interface Parts {
  readonly config: Config
  readonly db: Db
  readonly log: Logger
  readonly metrics: Metrics
  readonly secrets: SecretBox
  /** To engines: they may be private addresses. */
  readonly engineFetch: HttpFetch
  /** Fires when the process stops for good. */
  readonly signal: AbortSignal
  /** Unique per process. */
  readonly owner: string
  readonly isDraining: () => boolean
  /** Missing: the database server is not ours to start. */
  readonly isDatabaseRestarting?: () => boolean
  /** Missing: the machine's clock. */
  readonly now?: Clock
}

export interface Slipway {
  readonly app: Router
  readonly jobs: readonly Job[]
}

const CHANNEL_TIMEOUT_MS = 10_000

/** Puts the parts together; opens nothing and starts nothing. */
export function wire(parts: Parts): Slipway {
  const { config, db, log, metrics, secrets, owner } = parts
  const { timers } = config
  const now = parts.now ?? systemClock
  const monotonicMs = (): number => performance.now()
  const factory = engineFactory(parts, now, monotonicMs)
  const post = {
    fetch: createOutboundFetch(config.outboundAllowHosts),
    timeoutMs: CHANNEL_TIMEOUT_MS,
  }
  const channels = { feishu: createFeishuChannel(post), webhook: createWebhookChannel(post) }
  const deps = {
    db,
    now,
    secrets,
    factory,
    channels,
    owner,
    instanceLink: (instance: LinkedInstance) =>
      links({ uiUrl: instance.uiUrl }).instanceLink(instance),
    namesOf: namesOfPlace,
    callDeadlineMs: timers.engineCallTimeoutMs,
  }
  const publishing = {
    ...deps,
    lease: { owner, ms: timers.publishLeaseMs },
    applyDeadlineMs: timers.applyDeadlineMs,
    onEnded: (tx: OrgTx, publication: EndedPublication) => judgePublication(deps, tx, publication),
  }
  const observeDelivery = (delivery: { readonly kind: string; readonly outcome: string }) =>
    metrics.observeDelivery(delivery)
  return {
    app: createApp({
      log,
      observer: metrics,
      monotonicMs,
      signal: parts.signal,
      maxBodyBytes: config.maxBodyBytes,
      trustedProxies: config.trustedProxies,
      authenticate: (token) => authenticateToken({ db, now }, token),
      open: [
        (root) =>
          mountHealth(root, {
            checkReady: () => checkReady(parts),
            renderMetrics: () => metrics.render(),
          }),
        mountDocs,
      ],
      features: [
        (api) => mountMemberRoutes(api, deps),
        (api) => mountTokenRoutes(api, deps),
        (api) => mountClusterRoutes(api, deps),
        (api) => mountEnvironmentRoutes(api, deps),
        (api) => mountPolicyRoutes(api, deps),
        (api) => mountFileRoutes(api, { ...deps, maxBodyBytes: config.maxBodyBytes }),
        (api) => mountExportRoutes(api, deps),
        (api) => mountWorkflowListRoute(api, deps),
        (api) => mountWorkflowRoutes(api, deps),
        (api) =>
          mountVersionRoutes(api, {
            ...deps,
            readLive: (call, input) => readLive(deps, call, input),
          }),
        (api) => mountLineageRoutes(api, deps),
        (api) => mountPublicationRoutes(api, publishing),
        (api) => mountPromotionRoutes(api, deps),
        (api) => mountImportRoutes(api, deps),
        (api) => mountDriftRoutes(api, deps),
        (api) => mountRunRoutes(api, deps),
        (api) => mountInspectionRoutes(api, deps),
        (api) => mountChannelRoutes(api, deps),
        (api) => mountAlertRoutes(api, deps),
      ],
    }),
    jobs: [
      createPublishJob({ ...publishing, intervalMs: timers.publishPollMs }),
      createDriftWatchJob({
        ...deps,
        sweepMs: timers.driftSweepMs,
        intervalMs: timers.driftIntervalMs,
      }),
      createImportsJob({ ...deps, intervalMs: timers.startPollMs }),
      createStartRunsJob({
        ...deps,
        resolveMs: timers.startResolveMs,
        onUnresolved: (tx, run) => judgeUnresolvedRun(deps, tx, run),
        intervalMs: timers.startPollMs,
      }),
      createSyncJob({ ...deps, sweepMs: timers.syncSweepMs, intervalMs: timers.syncIntervalMs }),
      createJudgeJob({ ...deps, intervalMs: timers.judgeIntervalMs }),
      createCatchUpLineageJob(deps),
      createPrepareAlertsJob({
        ...deps,
        intervalMs: timers.judgeIntervalMs,
        describe: async (at, alert) => {
          const subject = await subjectOfAlert(at, alert, deps.instanceLink)
          return { ...subject, link: subject.link ?? publicationLink(config, alert.publication_id) }
        },
        readFailure: (call, runId) => readFailure(deps, call, runId),
      }),
      createDeliverAlertsJob({
        ...deps,
        leaseMs: timers.deliveryLeaseMs,
        observeDelivery,
        intervalMs: timers.deliveryPollMs,
      }),
    ],
  }
}

/** Every engine's calls keep to the cluster's budget, spare a silent engine, and are measured. */
function engineFactory(
  { config, log, metrics, engineFetch }: Parts,
  now: Clock,
  monotonicMs: () => number,
): EngineFactory {
  const guards = createGuards({
    failures: config.engineSilentCalls,
    pauseMs: config.timers.enginePauseMs,
    onCircuit: (isOpen, host) => {
      metrics.countCircuit(isOpen)
      if (isOpen) log.warn({ event: 'engine.circuit_opened', host }, 'an engine is left alone')
      else log.info({ event: 'engine.circuit_closed', host }, 'an engine is back')
    },
  })
  const dolphins = createDolphinFactory({
    fetch: engineFetch,
    now,
    log,
    callDeadlineMs: config.timers.engineCallTimeoutMs,
    guards,
  })
  return observeEngines(dolphins, metrics, monotonicMs)
}

/** Into our own API, where a message has no page of the engine to lead to. */
function publicationLink({ publicUrl }: Config, publicationId: string | null): string | null {
  if (publicUrl === null || publicationId === null) return null
  return `${publicUrl.replace(/\/+$/, '')}/api/v1/publications/${publicationId}`
}

interface LinkedInstance {
  readonly uiUrl: string
  readonly projectCode: string
  readonly definitionCode: string
  readonly instanceId: number
}

/** Ready: the database answers and its schema is this build's. Engines are not asked. */
async function checkReady(parts: Parts): Promise<ReadyReport> {
  const { db, metrics, isDraining } = parts
  const silent = parts.isDatabaseRestarting?.() ? 'restarting' : 'no_answer'
  const pending = await pendingMigrations(db).catch(() => null)
  const isReady = pending !== null && pending.length === 0 && !isDraining()
  metrics.setReady(isReady)
  return {
    status: isReady ? 'ready' : 'not_ready',
    database: pending === null ? silent : 'ok',
    migrations: pending === null ? 'unknown' : pending.length === 0 ? 'ok' : 'pending',
    is_draining: isDraining(),
  }
}
