/** The part of fetch that clients use: Node's, undici's and a test's all fit. */
export type HttpFetch = (url: string, init: HttpInit) => Promise<HttpReply>

export interface HttpInit {
  readonly method: string
  readonly headers: Record<string, string>
  readonly body?: string
  readonly redirect: 'manual'
  readonly signal: AbortSignal
}

export interface HttpReply {
  readonly status: number
  readonly headers: { get(name: string): string | null }
  text(): Promise<string>
}
