import { expect, test } from 'vitest'
import type { HttpFetch } from '#clients/http/http-fetch.ts'
import { isAppError } from '#src/lib/errors.ts'
import { createDolphinFactory } from './factory.ts'

interface Page {
  readonly status?: number
  readonly contentType?: string
  readonly body?: unknown
}

const html: Page = { contentType: 'text/html', body: '<html>' }
const refusal: Page = { body: { code: 10190, msg: 'no such project' } }
const docs = (...paths: string[]): Page => ({
  body: { info: { version: '3.3.0' }, paths: Object.fromEntries(paths.map((path) => [path, {}])) },
})
const version = (text: string): Page => ({ body: { code: 0, data: { version: text } } })

async function detect(pages: Readonly<Record<string, Page>>): Promise<string> {
  const fetch: HttpFetch = async (url) => {
    const page = pages[url.replace('http://engine.test/', '')] ?? { status: 404, ...html }
    return {
      status: page.status ?? 200,
      headers: {
        get: (name) => (name === 'content-type' ? (page.contentType ?? 'application/json') : null),
      },
      text: async () => (typeof page.body === 'string' ? page.body : JSON.stringify(page.body)),
    }
  }
  const factory = createDolphinFactory({ fetch, now: () => new Date(0), callDeadlineMs: 1000 })
  const address = {
    baseUrl: 'http://engine.test',
    uiUrl: '',
    token: 'tok',
    serverTimeZone: 'UTC',
    userTimeZone: 'UTC',
  }
  return factory
    .detectFamily(address, { signal: new AbortController().signal })
    .catch((error: unknown) =>
      isAppError(error) ? `${error.code}: ${error.message}` : String(error),
    )
}

const process = '/projects/{projectCode}/process-definition'
const workflow = '/projects/{projectCode}/workflow-definition'
const execute = '/projects/{projectCode}/executors/execute-task'

test.each<[string, string, Readonly<Record<string, Page>>]>([
  ['3.2, although it calls itself 3.3.0', '3.2', { 'v3/api-docs': docs(process, execute) }],
  ['3.3 by its paths', '3.3', { 'v3/api-docs': docs(workflow, execute) }],
  ['3.4 by its paths', '3.4', { 'v3/api-docs': docs(workflow, '/oidc-providers') }],
  [
    '3.1, which has no documentation there',
    '3.1',
    { 'projects/0/process-definition/simple-list': refusal },
  ],
  [
    '3.1 behind the UI, which answers every unknown path',
    '3.1',
    {
      'v3/api-docs': html,
      'projects/0/workflow-definition/simple-list': html,
      'projects/0/process-definition/simple-list': refusal,
      'projects/0/worker-group': html,
    },
  ],
  [
    '3.2 with its documentation switched off',
    '3.2',
    {
      'projects/0/process-definition/simple-list': refusal,
      'projects/0/worker-group': { body: { status: 'PROJECT_NOT_FOUND', msg: 'no', data: null } },
    },
  ],
  [
    '3.3 with its documentation switched off',
    '3.3',
    {
      'projects/0/workflow-definition/simple-list': refusal,
      'ui-plugins/query-product-info': version('3.3.2'),
    },
  ],
  [
    '3.4 with its documentation switched off',
    '3.4',
    {
      'projects/0/workflow-definition/simple-list': refusal,
      'ui-plugins/query-product-info': version('3.4.1'),
    },
  ],
])('%s', async (_what, family, pages) => {
  expect(await detect(pages)).toBe(family)
})

test('another server, a refused token and no answer are told apart', async () => {
  const other = await detect({})
  const token = await detect({ 'v3/api-docs': { status: 401, contentType: '', body: '' } })
  const down = await detect({ 'v3/api-docs': { status: 503, ...html } })

  expect(other).toMatch(/^engine\.unknown_family: .*context path, usually \/dolphinscheduler/)
  expect(token).toContain('engine.unauthenticated')
  expect(down).toContain('engine.no_answer')
})
