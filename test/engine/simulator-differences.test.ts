import { expect, test } from 'vitest'
import { simulatorFetch } from '#clients/dolphinscheduler/simulator/fetch.ts'
import { createSimulator } from '#clients/dolphinscheduler/simulator/simulator.ts'
import type { EngineFamily } from '#src/engine/catalog.ts'
import { setUpOnline, startFields } from './conformance/scenario-users.ts'
import { numberAt, startWalk } from './conformance/walk.ts'
import { createDolphinFactory } from '#clients/dolphinscheduler/factory.ts'

/** 3.3 was never recorded. In what it is known to differ from 3.4, by reading: */
const DIFFERENCES: readonly {
  readonly what: string
  readonly ask: (server: Server) => Promise<unknown>
  readonly is33: unknown
  readonly is34: unknown
}[] = [
  {
    what: 'the version that it tells',
    ask: async ({ get }) => dataOf(await get('/ui-plugins/query-product-info')),
    is33: { version: '3.3.2' },
    is34: { version: '3.4.2' },
  },
  {
    what: 'sign-in by OpenID Connect among the paths',
    ask: async ({ get }) => JSON.stringify(await get('/v3/api-docs')).includes('/oidc-providers'),
    is33: false,
    is34: true,
  },
  {
    what: 'two tasks of the same name',
    ask: async ({ create }) => codeOf(await create(['t', 't'])),
    is33: 0,
    is34: 10_198,
  },
  {
    what: 'a parameter without a name',
    ask: async ({ create }) => codeOf(await create(['t'], [{ prop: ' ', value: 'x' }])),
    is33: 0,
    is34: 10_105,
  },
  {
    what: 'the number that a save answers with',
    ask: async ({ create }) => {
      const data = dataOf(await create(['t']))
      return typeof data === 'object' && data !== null && 'version' in data ? data.version : null
    },
    is33: 0,
    is34: 1,
  },
  {
    what: "a start under a project that is not the definition's",
    ask: async ({ startElsewhere }) => startElsewhere(),
    is33: 0,
    is34: 10_000,
  },
]

test.each(DIFFERENCES)('3.3 and 3.4 differ in $what', async ({ ask, is33, is34 }) => {
  const [before, after] = [await ask(connect('3.3')), await ask(connect('3.4'))]

  expect([before, after]).toEqual([is33, is34])
})

test.each(['3.1', '3.2', '3.3', '3.4'] as const)('%s is known for what it is', async (family) => {
  const simulator = createSimulator({ family, now })
  const factory = createDolphinFactory({
    fetch: simulatorFetch(simulator),
    now,
    callDeadlineMs: 1000,
  })

  const detected = await factory.detectFamily(
    {
      baseUrl: BASE,
      uiUrl: BASE,
      token: simulator.token,
      serverTimeZone: 'UTC',
      userTimeZone: 'UTC',
    },
    { signal: new AbortController().signal },
  )

  expect(detected).toBe(family)
})

const BASE = 'http://dolphin.test/dolphinscheduler'
const now = () => new Date('2026-03-04T10:00:00Z')

interface Server {
  readonly get: (path: string) => Promise<unknown>
  readonly create: (taskNames: readonly string[], params?: readonly object[]) => Promise<unknown>
  readonly startElsewhere: () => Promise<number>
}

function connect(family: EngineFamily): Server {
  const simulator = createSimulator({ family, now })
  const headers = { token: simulator.token, 'content-type': 'application/x-www-form-urlencoded' }
  const ask = async (path: string, form?: Record<string, string>): Promise<unknown> => {
    const body = form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }
    const reply = await simulator.app.request(`/dolphinscheduler${path}`, { headers, ...body })
    return reply.json()
  }
  return {
    get: ask,
    create: async (taskNames, params = []) => {
      const project = dataOf(await ask('/projects', { projectName: 'p' }))
      const code = typeof project === 'object' && project && 'code' in project ? project.code : ''
      const tasks = taskNames.map((name, index) => ({
        code: index + 1,
        name,
        taskType: 'SHELL',
        taskParams: { rawScript: 'true' },
      }))
      const edges = tasks.map((task) => ({ preTaskCode: 0, postTaskCode: task.code }))
      return ask(`/projects/${String(code)}/workflow-definition`, {
        name: 'wf',
        globalParams: JSON.stringify(params),
        taskRelationJson: JSON.stringify(edges),
        taskDefinitionJson: JSON.stringify(tasks),
      })
    },
    startElsewhere: async () => {
      const walk = startWalk(family)
      const { made } = setUpOnline(walk)
      const { data } = walk.call('POST', '/projects', { projectName: 'elsewhere' })
      const path = `/projects/${numberAt(data, 'code')}/executors/start-workflow-instance`
      return walk.call('POST', path, startFields(walk, made)).code
    },
  }
}

function dataOf(body: unknown): unknown {
  return typeof body === 'object' && body !== null && 'data' in body ? body.data : null
}

function codeOf(body: unknown): unknown {
  return typeof body === 'object' && body !== null && 'code' in body ? body.code : null
}
