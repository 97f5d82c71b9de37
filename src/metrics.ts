import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { RequestObserver } from './http/request-log.ts'
import type { EngineObserver } from './observe-engine.ts'

export interface Metrics extends RequestObserver, EngineObserver {
  observeRound(round: {
    readonly job: string
    readonly outcome: string
    readonly durationMs: number
  }): void
  observeDelivery(delivery: { readonly kind: string; readonly outcome: string }): void
  /** One engine more, or one less, that is left alone since it was silent too often. */
  countCircuit(isOpen: boolean): void
  setReady(isReady: boolean): void
  render(): Promise<string>
}

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/** Base units, bounded label sets: never an id, a name or an organization. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const requests = new Histogram({
    name: 'slipway_http_request_duration_seconds',
    help: 'HTTP requests by route pattern and status',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS,
    registers,
  })
  const rounds = new Histogram({
    name: 'slipway_job_round_duration_seconds',
    help: 'Rounds of background jobs',
    labelNames: ['job', 'outcome'],
    buckets: SECONDS,
    registers,
  })
  const calls = new Histogram({
    name: 'slipway_engine_call_duration_seconds',
    help: 'Calls to DolphinScheduler by operation and outcome',
    labelNames: ['operation', 'outcome'],
    buckets: SECONDS,
    registers,
  })
  const deliveries = new Counter({
    name: 'slipway_alert_deliveries_total',
    help: 'Attempts to deliver an alert by channel kind and outcome',
    labelNames: ['kind', 'outcome'],
    registers,
  })
  const circuits = new Gauge({
    name: 'slipway_engine_circuits_open',
    help: 'Engines that are left alone for a moment because they were silent',
    registers,
  })
  const ready = new Gauge({
    name: 'slipway_ready',
    help: '1 when database and migrations are in order',
    registers,
  })
  return {
    observe: ({ method, route, status, durationMs }) =>
      requests.observe({ method, route, status: String(status) }, durationMs / 1000),
    observeRound: ({ job, outcome, durationMs }) =>
      rounds.observe({ job, outcome }, durationMs / 1000),
    observeEngineCall: ({ operation, outcome, durationMs }) =>
      calls.observe({ operation, outcome }, durationMs / 1000),
    observeDelivery: ({ kind, outcome }) => deliveries.inc({ kind, outcome }),
    countCircuit: (isOpen) => (isOpen ? circuits.inc() : circuits.dec()),
    setReady: (isReady) => ready.set(isReady ? 1 : 0),
    render: () => registry.metrics(),
  }
}
