import { causesOf, readFailure } from '#clients/http/failure.ts'
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
    // A private address may be one bad answer of a name server: as little an end as a lost connection.
    const forbidden = causesOf(error).find((cause) => isAppError(cause, 'forbidden'))
    const reason = forbidden?.message ?? `no answer (${readFailure(error).reason})`
    return { kind: 'no_answer', reason }
  }
}

function retryAfterMs(response: HttpReply): number | null {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null
}
