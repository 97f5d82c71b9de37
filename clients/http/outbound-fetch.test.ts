import { createServer } from 'node:http'
import { expect, test } from 'vitest'
import { createOutboundFetch } from './outbound-fetch.ts'

const init = () => ({
  method: 'POST',
  headers: {},
  body: '{}',
  redirect: 'manual' as const,
  signal: AbortSignal.timeout(2000),
})

async function withServer<T>(work: (port: number) => Promise<T>): Promise<T> {
  const server = createServer((_request, response) => response.end('ok'))
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  try {
    return await work(typeof address === 'object' && address ? address.port : 0)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

test.each([
  'http://127.0.0.1:1/',
  'http://[::1]:1/',
  'http://10.1.2.3/',
  'http://169.254.169.254/',
  'http://[::ffff:127.0.0.1]:1/',
  'http://0x7f000001/',
])('the private address %s is refused before anything is sent', async (url) => {
  await expect(createOutboundFetch([])(url, init())).rejects.toMatchObject({
    code: 'outbound.forbidden',
  })
})

test('a name that resolves to a private address is refused when it connects', async () => {
  const failure = await withServer((port) =>
    createOutboundFetch([])(`http://localhost:${port}/`, init()).catch((error: unknown) => error),
  )

  expect(failure).toMatchObject({ cause: { code: 'outbound.forbidden' } })
})

test('an allowed host may be private', async () => {
  const text = await withServer(async (port) =>
    (await createOutboundFetch([`127.0.0.1:${port}`])(`http://127.0.0.1:${port}/`, init())).text(),
  )

  expect(text).toBe('ok')
})
