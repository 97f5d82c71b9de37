import { createServer } from 'node:http'
import { once } from 'node:events'
import { must } from '#src/lib/must.ts'

export interface Received {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

/** A chat or webhook server on a port of its own, that answers as it is told. */
export interface Receiver {
  /** `host:port`, as OUTBOUND_ALLOW_HOSTS takes it. */
  readonly host: string
  readonly received: Received[]
  /** What the next requests are answered; then 200 again. */
  answerNext(...statuses: readonly number[]): void
  close(): Promise<void>
}

export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = []
  const statuses: number[] = []
  const server = createServer((request, response) => {
    const chunks: string[] = []
    request.setEncoding('utf8')
    request.on('data', (chunk: string) => chunks.push(chunk))
    request.on('end', () => {
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      )
      received.push({ path: request.url ?? '', headers, text: chunks.join('') })
      response.writeHead(statuses.shift() ?? 200, { 'content-type': 'application/json' })
      response.end('{"code":0,"msg":"success"}')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = must(typeof address === 'object' ? address?.port : null, 'a port')
  return {
    host: `127.0.0.1:${port}`,
    received,
    answerNext: (...next) => void statuses.push(...next),
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
