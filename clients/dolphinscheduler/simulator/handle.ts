import type { Clock } from '#src/lib/time.ts'
import { empty, notFoundPage, refuse } from './answers/reply.ts'
import type { Reply } from './answers/reply.ts'
import type { CallCounter } from './call-counts.ts'
import type { Blow, Faults } from './faults.ts'
import type { Match } from './routes/router.ts'
import { createRouter } from './routes/router.ts'
import type { World } from './state/world.ts'

export const CONTEXT_PATH = '/dolphinscheduler'

export interface ServerRequest {
  readonly method: string
  /** With the context path. */
  readonly pathname: string
  readonly query: string
  readonly token: string | null
  readonly form: string
}

export type ServerAnswer =
  | { readonly kind: 'reply'; readonly reply: Reply }
  | { readonly kind: 'late'; readonly reply: Promise<Reply> }
  /** `down`: refused before anything was sent. */
  | { readonly kind: 'hang' | 'reset' | 'down' }

export interface ServerParts {
  readonly world: World
  readonly now: Clock
  readonly faults: Faults
  readonly counter: CallCounter
  readonly onReply?: (reply: Reply) => void
}

/** One request, with what is set to go wrong. */
export function createHandler(parts: ServerParts): (request: ServerRequest) => ServerAnswer {
  const match = createRouter(parts.world.rules)
  return (request) => {
    const path = request.pathname.replace(CONTEXT_PATH, '')
    const found = match(request.method, path)
    parts.counter.note(`${request.method} ${found?.pattern ?? path}`)
    const act = (): Reply => {
      const reply = answer(parts, request, found)
      parts.onReply?.(reply)
      return reply
    }
    const blow = parts.faults.take(request.method, path)
    return blow ? withFault(parts, blow, act) : { kind: 'reply', reply: act() }
  }
}

function withFault(parts: ServerParts, { kind, lateMs }: Blow, act: () => Reply): ServerAnswer {
  switch (kind) {
    case 'down':
    case 'hang':
    case 'reset':
      return { kind }
    case 'lost_answer':
      act()
      return { kind: 'reset' }
    case 'twice':
      act()
      return { kind: 'reply', reply: act() }
    case 'late':
      return { kind: 'late', reply: later(parts, lateMs, act) }
    case 'status429':
      return { kind: 'reply', reply: empty(429) }
    case 'status500':
      return { kind: 'reply', reply: page(500, 'Internal Server Error') }
    case 'forbidden':
      return { kind: 'reply', reply: refuse(parts.world.rules, 'definition.not_own') }
    case 'html':
      return { kind: 'reply', reply: page(200, 'Please sign in') }
  }
}

function later({ world, now }: ServerParts, lateMs: number, act: () => Reply): Promise<Reply> {
  return new Promise((resolve) => {
    world.queue.add(now().getTime() + lateMs, () => resolve(act()))
  })
}

function page(status: number, title: string): Reply {
  const body = `<html><head><title>${title}</title></head><body>${title}</body></html>`
  return { kind: 'html', status, contentType: 'text/html;charset=utf-8', body }
}

function answer(parts: ServerParts, request: ServerRequest, found: Match | null): Reply {
  const { world } = parts
  const now = parts.now().getTime()
  world.advance(now)
  const user = world.access.identify(request.token, now)
  if (user === null && found?.route.isOpen !== true) return empty(401)
  if (found === null) return notFoundPage(request.pathname)
  const params = new URLSearchParams(request.query)
  for (const [name, value] of new URLSearchParams(request.form)) params.append(name, value)
  const asker = user ?? world.access.admin
  const rules = { ...world.rules, userZone: asker.timeZone }
  return found.route.answer({ world, rules, user: asker, now, path: found.path, params })
}
