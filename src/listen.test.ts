import { mkdtemp } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { listen } from './listen.ts'

/** One request over a connection of its own; answers the body, or the code of the failure. */
function get(socketPath: string, path: string): Promise<string> {
  return new Promise((done) => {
    request({ socketPath, path, agent: false }, (response) => {
      response.setEncoding('utf8').on('data', done)
    })
      .on('error', (error: NodeJS.ErrnoException) => done(error.code ?? ''))
      .end()
  })
}

test('what is in flight ends, others are answered meanwhile, and then nobody is', async () => {
  const socketPath = join(await mkdtemp(join(tmpdir(), 'slipway-')), 'socket')
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>()
  const server = await listen(
    async ({ url }, response) => {
      if (url === '/slow') {
        arrive()
        await released
      }
      response.end(url)
    },
    { listen: { socketPath }, requestTimeoutMs: 60_000 },
  )
  const slow = get(socketPath, '/slow')
  await arrived

  const closed = server.close()
  const meanwhile = await get(socketPath, '/ready')
  release()
  await closed

  expect([meanwhile, await slow]).toEqual(['/ready', '/slow'])
  expect(await get(socketPath, '/ready')).toMatch(/ECONNREFUSED|ENOENT/)
})
