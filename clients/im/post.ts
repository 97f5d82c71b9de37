import type { HttpFetch, HttpReply } from '#clients/http/http-fetch.ts'
import { isAppError } from '#src/lib/errors.ts'

const MAX_ANSWER_CHARS = 10_000

export interface PostDeps {
  /** Refuses private addresses and follows no redirect (clients/http/outbound-fetch.ts). */
  readonly fetch: HttpFetch
  readonly timeoutMs: number
}

export type PostReply =
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly text: string
      readonly retryAfterMs: number | null
    }
  | { readonly kind: 'no_answer'; readonly reason: string }
  /** The address is not allowed: no retry will change that. */
  | { readonly kind: 'forbidden'; readonly reason: string }

/** One POST. The URL is a credential, so no reason ever carries it. */
export async function postJson(
  deps: PostDeps,
  url: string,
  post: {
    readonly body: string
    readonly headers: Readonly<Record<string, string>>
    readonly signal: AbortSignal
  },
): Promise<PostReply> {
  try {
    const response = await deps.fetch(url, {
      method: 'POST',
      headers: { ...post.headers, 'content-type': 'application/json; charset=utf-8' },
      body: post.body,
      redirect: 'manual',
      signal: AbortSignal.any([post.signal, AbortSignal.timeout(deps.timeoutMs)]),
    })
    const text = (await response.text()).slice(0, MAX_ANSWER_CHARS)
    return { kind: 'answer', status: response.status, text, retryAfterMs: retryAfterMs(response) }
  } catch (error) {
    post.signal.throwIfAborted()
    const forbidden = causes(error).find((cause) => isAppError(cause, 'forbidden'))
    if (forbidden) return { kind: 'forbidden', reason: forbidden.message }
    return { kind: 'no_answer', reason: reasonOf(error) }
  }
}

function causes(error: unknown): readonly Error[] {
  const chain: Error[] = []
  for (let at: unknown = error; at instanceof Error; at = at.cause) chain.push(at)
  return chain
}

function reasonOf(error: unknown): string {
  const codes = causes(error).map((cause) =>
    'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name,
  )
  return `no answer (${codes.at(-1) ?? 'unknown'})`
}

function retryAfterMs(response: HttpReply): number | null {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null
}
