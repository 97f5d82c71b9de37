import { serve } from '@hono/node-server'
import { Hono } from 'hono'

export interface Inbox {
  readonly url: string
  /** `127.0.0.1:port`, for OUTBOUND_ALLOW_HOSTS. */
  readonly host: string
  messages(): readonly InboxMessage[]
  close(): Promise<void>
}

export interface InboxMessage {
  readonly received_at: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

/** A stand-in for a chat group: POST delivers, GET lists what arrived. It answers like Feishu. */
export async function startInbox(): Promise<Inbox> {
  const received: InboxMessage[] = []
  const app = new Hono()
  app.post('/*', async (c) => {
    const headers = Object.fromEntries(c.req.raw.headers)
    received.push({ received_at: new Date().toISOString(), headers, body: await c.req.json() })
    return c.json({ code: 0, msg: 'success' })
  })
  app.get('/*', (c) => c.json({ items: received }))
  const { server, port } = await new Promise<{ server: ReturnType<typeof serve>; port: number }>(
    (resolve) => {
      const listening = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, (info) =>
        resolve({ server: listening, port: info.port }),
      )
    },
  )
  const host = `127.0.0.1:${port}`
  return {
    url: `http://${host}`,
    host,
    messages: () => received,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
      }),
  }
}
