import { expect, test } from 'vitest'
import { z } from 'zod'
import type { HttpFetch } from '#clients/http/http-fetch.ts'
import { silentLog } from '#src/lib/log.ts'
import { isNoAnswer, isRefusal, isUnreadable, wasNotSent } from '#src/engine/outcome.ts'
import { v31 } from './dialects/v31.ts'
import type { Wire, WireCall } from './wire.ts'
import { call } from './wire.ts'

const request: WireCall = {
  operation: 'definition.get',
  method: 'POST',
  path: 'projects/1',
  options: { signal: new AbortController().signal },
}

function wire(status: number, contentType: string, body: string): { wire: Wire; urls: string[] } {
  const urls: string[] = []
  const fetch: HttpFetch = async (url) => {
    urls.push(url)
    return {
      status,
      headers: { get: (name) => (name === 'content-type' ? contentType : null) },
      text: async () => body,
    }
  }
  const deps = {
    fetch,
    now: () => new Date(0),
    log: silentLog,
    sleep: async () => undefined,
    random: () => 0,
    callDeadlineMs: 1000,
  }
  const address = {
    baseUrl: 'http://engine.test/dolphinscheduler/',
    uiUrl: '',
    token: 'tok',
    serverTimeZone: 'UTC',
    userTimeZone: 'UTC',
  }
  return { wire: { address, dialect: v31, deps }, urls }
}

test.each([
  [200, 'text/html', '<html>the UI</html>'],
  [404, 'application/json', '{"status":"404","message":"Not Found"}'],
  [200, 'application/json', '{"code":"0"}'],
  [200, 'application/json', 'not json'],
  [200, 'text/plain', '{"code":0,"data":"x"}'],
  [429, '', ''],
  [502, 'text/html', 'bad gateway'],
  [302, '', ''],
  [200, 'application/json', '{"code":0,"msg":"success","data":{"other":1}}'],
])('%i %s %s is no answer, never a refusal', async (status, contentType, body) => {
  const made = wire(status, contentType, body)

  const error = await call(made.wire, request, z.string()).catch((failure: unknown) => failure)

  expect([isNoAnswer(error), isRefusal(error), wasNotSent(error)]).toEqual([true, false, false])
})

test('what cannot be read says where, and is still not known to have happened', async () => {
  const made = wire(200, 'application/json', '{"code":0,"data":[{"prop":1}]}')
  const rows = z.array(z.object({ prop: z.string() }))

  const error = await call(made.wire, request, rows).catch((failure: unknown) => failure)

  expect([isUnreadable(error), isNoAnswer(error), isRefusal(error)]).toEqual([true, true, false])
  expect(error).toMatchObject({
    code: 'engine.unreadable',
    message: 'the answer to "definition.get" cannot be read (at 0.prop)',
    details: { sent: true },
  })
})

test('an answer that is nested without end is no answer', async () => {
  const made = wire(
    200,
    'application/json',
    `{"code":0,"data":${'['.repeat(200_000)}${']'.repeat(200_000)}}`,
  )

  const error = await call(made.wire, request, z.unknown()).catch((failure: unknown) => failure)

  expect(isNoAnswer(error)).toBe(true)
})

test('an empty 401 is the token that is not accepted', async () => {
  const made = wire(401, '', '')

  const error = await call(made.wire, request, z.string()).catch((failure: unknown) => failure)

  expect(error).toMatchObject({ code: 'engine.unauthenticated', kind: 'upstream' })
})

test('a refusal is one whatever the HTTP status says', async () => {
  const made = wire(
    201,
    'application/json;charset=UTF-8',
    '{"code":10168,"msg":"exists","data":null}',
  )

  const error = await call(
    made.wire,
    { ...request, operation: 'definition.create' },
    z.string(),
  ).catch((failure: unknown) => failure)

  expect(error).toMatchObject({ code: 'engine.conflict', details: { engine_code: 10168 } })
})

test('a form that the engine would not take is refused before it is sent', async () => {
  const made = wire(200, 'application/json', '{"code":0}')

  const error = await call(
    made.wire,
    { ...request, form: { big: '数'.repeat(600_000) } },
    z.unknown(),
  ).catch((failure: unknown) => failure)

  expect(error).toMatchObject({ kind: 'invalid', code: 'workflow.invalid' })
  expect(made.urls).toEqual([])
})

test('fields that are not given are not sent, and a slash of the base is not doubled', async () => {
  const made = wire(200, 'application/json', '{"code":0,"data":"yes"}')

  const data = await call(
    made.wire,
    { ...request, query: { a: 'é&', b: undefined, c: 0 } },
    z.string(),
  )

  expect(data).toBe('yes')
  expect(made.urls).toEqual(['http://engine.test/dolphinscheduler/projects/1?a=%C3%A9%26&c=0'])
})
