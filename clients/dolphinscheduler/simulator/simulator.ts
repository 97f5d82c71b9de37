import { Hono } from 'hono'
import type { EngineFamily } from '#src/engine/catalog.ts'
import type { Clock } from '#src/lib/time.ts'
import type { Reply } from './answers/reply.ts'
import { createCallCounter } from './call-counts.ts'
import type { CallCounts } from './call-counts.ts'
import { createControl } from './control.ts'
import type { SimulatorControl } from './control.ts'
import { RULES } from './families.ts'
import { createFaults } from './faults.ts'
import { CONTEXT_PATH, createHandler } from './handle.ts'
import type { ServerAnswer, ServerRequest } from './handle.ts'
import { createWorld } from './state/world.ts'

export interface SimulatorOptions {
  readonly family: EngineFamily
  readonly now: Clock
  /** Of the server's process, and of the admin; UTC when not given. */
  readonly serverTimeZone?: string
  readonly userTimeZone?: string
  /** Sees every answer, also those that are lost on the way. */
  readonly onReply?: (reply: Reply) => void
}

export interface Simulator {
  readonly family: EngineFamily
  /** Serves the API below `/dolphinscheduler`. */
  readonly app: Hono<SimulatorEnv>
  readonly token: string
  readonly tenant: string
  readonly now: Clock
  readonly control: SimulatorControl
  readonly calls: CallCounts
  /** Lets happen what is due; a request does so as well. */
  readonly tick: () => void
  /** One request without HTTP around it. */
  readonly handle: (request: ServerRequest) => ServerAnswer
}

/** What @hono/node-server hands along; nothing where there is no socket. */
export interface SimulatorEnv {
  readonly Bindings: {
    readonly incoming?: { readonly socket: { destroy(): unknown } }
  }
}

const TOKEN = 'simulator-token'

/** A DolphinScheduler of one family, in memory, on the clock that it is given. */
export function createSimulator(options: SimulatorOptions): Simulator {
  const { family, now } = options
  const rules = {
    ...RULES[family],
    serverZone: options.serverTimeZone ?? 'UTC',
    userZone: options.userTimeZone ?? 'UTC',
  }
  const tenant = family === '3.1' ? 'root' : 'default'
  const world = createWorld(rules, tenant)
  const faults = createFaults()
  const counter = createCallCounter()
  const { admin } = world.access
  world.access.addToken({ token: TOKEN, user: admin, expiresAt: Number.POSITIVE_INFINITY })
  const handle = createHandler({ ...options, world, faults, counter })
  return {
    family,
    app: createApp(handle, now),
    token: TOKEN,
    tenant,
    now,
    control: createControl(world, now, faults),
    calls: counter.calls,
    tick: () => world.advance(now().getTime()),
    handle,
  }
}

function createApp(
  handle: (request: ServerRequest) => ServerAnswer,
  now: Clock,
): Hono<SimulatorEnv> {
  const app = new Hono<SimulatorEnv>()
  app.all(`${CONTEXT_PATH}/*`, async (c) => {
    const url = new URL(c.req.url)
    const answer = handle({
      method: c.req.method,
      pathname: url.pathname,
      query: url.search,
      token: c.req.header('token') ?? null,
      form: await c.req.text(),
    })
    if (answer.kind === 'reply' || answer.kind === 'late') {
      return toResponse(await answer.reply, now())
    }
    // A socket can be broken; where there is none, silence is what is left.
    if (answer.kind !== 'hang') c.env.incoming?.socket.destroy()
    return new Promise<Response>(() => undefined)
  })
  return app
}

export function toResponse(reply: Reply, at: Date): Response {
  const headers = new Headers({ date: at.toUTCString() })
  if (reply.contentType !== null) headers.set('content-type', reply.contentType)
  return new Response(reply.body, { status: reply.status, headers })
}
