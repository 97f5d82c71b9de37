import { expect, test } from 'vitest'
import { silentLog } from '#src/lib/log.ts'
import type { HttpFetch, HttpReply } from './http-fetch.ts'
import { sendHttp } from './http-client.ts'
import type { HttpCall } from './http-client.ts'

const TOKEN = 'secret-token'

function reply(status: number): HttpReply {
  return { status, headers: { get: () => null }, text: async () => '' }
}

function failing(code: string): Error {
  return new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) })
}

/** Gives the answers one after the other, and remembers how long was waited between. */
function script(answers: readonly (HttpReply | Error)[]) {
  const waits: number[] = []
  const left = [...answers]
  const fetch: HttpFetch = async () => {
    const next = left.shift()
    if (next === undefined || next instanceof Error) throw next ?? new Error('asked too often')
    return next
  }
  const lines: unknown[] = []
  const keep = (fields: unknown): void => {
    lines.push(fields)
  }
  const log = { ...silentLog, debug: keep, warn: keep }
  const deps = {
    fetch,
    now: () => new Date(0),
    log,
    sleep: async (ms: number) => {
      waits.push(ms)
    },
    random: () => 0,
  }
  return { deps, waits, left, lines }
}

function call(changes: Partial<HttpCall> = {}): HttpCall {
  return {
    operation: 'test',
    method: 'GET',
    url: 'http://engine.test/x',
    headers: { token: TOKEN },
    isRepeatable: true,
    signal: new AbortController().signal,
    deadlineMs: 1000,
    ...changes,
  }
}

test('a repeatable call is tried three times, after growing pauses', async () => {
  const { deps, waits } = script([failing('ECONNRESET'), reply(503), reply(200)])

  const answer = await sendHttp(deps, call())

  expect(answer.status).toBe(200)
  expect(waits).toEqual([50, 100])
})

test('after the third failure the last one is told', async () => {
  const { deps, left } = script([
    failing('ECONNRESET'),
    failing('ECONNRESET'),
    failing('ECONNREFUSED'),
    reply(200),
  ])

  const error = await sendHttp(deps, call()).catch((failure: unknown) => failure)

  expect(error).toMatchObject({ details: { reason: 'ECONNREFUSED', sent: true } })
  expect(left).toHaveLength(1)
})

test('only where no try was sent was the call not sent', async () => {
  const { deps } = script([failing('ECONNREFUSED'), failing('ENOTFOUND'), failing('ECONNREFUSED')])

  await expect(sendHttp(deps, call())).rejects.toMatchObject({ details: { sent: false } })
})

test('a call that is not repeatable is sent once, whatever happens', async () => {
  const lost = script([failing('ECONNREFUSED'), reply(200)])
  const busy = script([reply(503), reply(200)])

  const error = await sendHttp(lost.deps, call({ isRepeatable: false })).catch(
    (failure: unknown) => failure,
  )
  const answer = await sendHttp(busy.deps, call({ isRepeatable: false }))

  expect(error).toMatchObject({ details: { sent: false } })
  expect(answer.status).toBe(503)
  expect([lost.left.length, busy.left.length]).toEqual([1, 1])
})

test('a caller who has already given up sends nothing', async () => {
  const { deps, left } = script([reply(200)])

  const error = await sendHttp(deps, call({ signal: AbortSignal.abort() })).catch(
    (failure: unknown) => failure,
  )

  expect(error).toMatchObject({ details: { sent: false } })
  expect(left).toHaveLength(1)
})

test('neither logs nor errors carry the token or the address', async () => {
  const { deps, lines } = script([failing('ECONNRESET')])

  const error = await sendHttp(deps, call({ isRepeatable: false })).catch(
    (failure: unknown) => failure,
  )

  const told = `${JSON.stringify(lines)}${JSON.stringify(error)}${String(error)}`
  expect(told).not.toContain(TOKEN)
  expect(told).not.toContain('engine.test')
})
