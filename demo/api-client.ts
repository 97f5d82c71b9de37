import { z } from 'zod'

export interface ApiReply {
  readonly status: number
  readonly body: unknown
  readonly etag: string | null
}

export interface ApiClient {
  get<S extends z.ZodType>(path: string, schema: S): Promise<z.output<S>>
  post<S extends z.ZodType>(path: string, body: unknown, schema: S): Promise<z.output<S>>
  /** Any answer, refusals included. */
  send(
    method: string,
    path: string,
    options?: { readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> },
  ): Promise<ApiReply>
}

/** Plain HTTP as any integrator would send it. */
export function createApiClient(baseUrl: string, token: string): ApiClient {
  const send: ApiClient['send'] = async (method, path, { body, headers = {} } = {}) => {
    const response = await fetch(`${baseUrl}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    })
    const text = await response.text()
    return {
      status: response.status,
      body: text === '' ? null : JSON.parse(text),
      etag: response.headers.get('etag'),
    }
  }
  const ok = async <S extends z.ZodType>(
    reply: Promise<ApiReply>,
    what: string,
    schema: S,
  ): Promise<z.output<S>> => {
    const { status, body } = await reply
    if (status >= 300) throw new Error(`${what} answered ${status}: ${JSON.stringify(body)}`)
    return schema.parse(body)
  }
  return {
    send,
    get: (path, schema) => ok(send('GET', path), `GET ${path}`, schema),
    post: (path, body, schema) => ok(send('POST', path, { body }), `POST ${path}`, schema),
  }
}

/** Asks until `check` answers something; the wait is bounded, and its end names what was awaited. */
export async function until<T>(
  what: string,
  check: () => Promise<T | null>,
  timeoutMs = 90_000,
  everyMs = 150,
): Promise<T> {
  const endAt = Date.now() + timeoutMs
  for (;;) {
    const value = await check()
    if (value !== null) return value
    if (Date.now() > endAt)
      throw new Error(`gave up after ${timeoutMs / 1000} s waiting for ${what}`)
    await new Promise((resolve) => {
      setTimeout(resolve, everyMs)
    })
  }
}
