import { z } from '@hono/zod-openapi'
import { json, type Router } from './endpoint.ts'

const Live = z.object({ status: z.literal('ok') })
const Ready = z.object({
  status: z.enum(['ready', 'not_ready']),
  database: z.enum(['ok', 'no_answer', 'restarting']).openapi({
    description: 'restarting: our own server has ended and is being started again',
  }),
  migrations: z.enum(['ok', 'pending', 'unknown']),
  is_draining: z.boolean(),
})
export type ReadyReport = z.output<typeof Ready>

export interface HealthDeps {
  readonly checkReady: () => Promise<ReadyReport>
  /** Prometheus text format. */
  readonly renderMetrics: () => Promise<string>
}

/** Alive, ready for traffic, and measured. Engines are reported elsewhere and never counted here. */
export function mountHealth(root: Router, deps: HealthDeps): void {
  root.openapi(
    {
      method: 'get',
      path: '/health',
      operationId: 'getHealth',
      summary: 'Liveness',
      description: 'Needs no token and asks nobody: a process whose database is away is alive.',
      tags: ['operations'],
      responses: { 200: json(Live, 'The process answers') },
    },
    (c) => c.json({ status: 'ok' as const }, 200),
  )
  root.openapi(
    {
      method: 'get',
      path: '/health/ready',
      operationId: 'getReadiness',
      summary: 'Readiness',
      description:
        'Needs no token. Ready while the database answers with the schema of this build and the process is not shutting down; engines do not count.',
      tags: ['operations'],
      responses: { 200: json(Ready, 'Ready for traffic'), 503: json(Ready, 'Not ready') },
    },
    async (c) => {
      const report = await deps.checkReady()
      return report.status === 'ready' ? c.json(report, 200) : c.json(report, 503)
    },
  )
  root.openapi(
    {
      method: 'get',
      path: '/metrics',
      operationId: 'getMetrics',
      summary: 'Metrics',
      description:
        'Needs no token. Requests, jobs, engine calls, deliveries and the process; no label holds an organization, an id or a name that somebody gave.',
      tags: ['operations'],
      responses: {
        200: {
          description: 'Prometheus text format',
          content: { 'text/plain': { schema: z.string() } },
        },
      },
    },
    async (c) => c.text(await deps.renderMetrics(), 200),
  )
}
