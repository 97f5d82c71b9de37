import { mkdir, rm } from 'node:fs/promises'
import { createServer, type RequestListener, type ServerResponse } from 'node:http'
import { dirname } from 'node:path'
import type { Config } from './config.ts'
import { refuse } from './http/refuse.ts'

export interface Listening {
  /**
   * What is in flight ends first, while new requests are still answered: a balancer that asks
   * whether we are ready hears that we are draining. Then nothing new is let in.
   */
  close(): Promise<void>
}

export async function listen(
  handle: RequestListener,
  { listen: at, requestTimeoutMs }: Pick<Config, 'listen' | 'requestTimeoutMs'>,
): Promise<Listening> {
  if ('socketPath' in at) {
    await mkdir(dirname(at.socketPath), { recursive: true })
    await rm(at.socketPath, { force: true })
  }
  const inFlight = new Set<Promise<void>>()
  const arrival = {
    requestTimeout: requestTimeoutMs,
    headersTimeout: requestTimeoutMs,
    connectionsCheckingInterval: Math.min(requestTimeoutMs, 1_000),
  }
  const server = createServer(arrival, (request, response) => {
    const ended = endOf(response)
    inFlight.add(ended)
    void ended.then(() => inFlight.delete(ended))
    handle(request, response)
  })
  server.on('clientError', refuse)
  await new Promise<void>((done, fail) => {
    server.once('error', fail)
    if ('socketPath' in at) server.listen(at.socketPath, done)
    else server.listen(at.port, at.host, done)
  })
  return {
    close: async () => {
      await Promise.all(inFlight)
      await new Promise<void>((done) => {
        server.close(() => done())
        server.closeIdleConnections()
      })
    },
  }
}

function endOf(response: ServerResponse): Promise<void> {
  return new Promise((done) => {
    response.once('close', () => done())
  })
}
