import { expect, test } from 'vitest'
import type { EngineFamily } from '#src/engine/catalog.ts'
import { ENGINE_FAMILIES } from '#src/engine/catalog.ts'
import { ENGINE_RIGHTS } from '#src/engine/rights.ts'
import { createDolphinFactory } from '../factory.ts'

const options = { signal: new AbortController().signal }
const WITH_LEVELS = ['3.2', '3.3', '3.4'] as const
const INFO = 'users/get-user-info'
const SEEN = 'projects/7'
const LEVELS = 'projects/project-with-authorized-level-list-paging?userId=3&pageNo=1&pageSize=100'

const ok = (data: unknown) => ({ code: 0, msg: 'success', data })
const general = ok({ id: 3, userName: 'slipway', userType: 'GENERAL_USER' })
const admin = ok({ id: 1, userName: 'admin', userType: 'ADMIN_USER' })
const levels = (...rows: readonly object[]) => ok({ totalList: rows, total: rows.length })

/** A server that answers by path; what it was asked is kept. A path without an answer is a 404. */
function connect(family: EngineFamily, answers: Readonly<Record<string, unknown>>) {
  const asked: string[] = []
  const factory = createDolphinFactory({
    fetch: async (url, init) => {
      const path = url.replace('http://engine.test/', '')
      asked.push(`${init.method} ${path}`)
      return {
        status: answers[path] === undefined ? 404 : 200,
        headers: { get: (name) => (name === 'content-type' ? 'application/json' : null) },
        text: async () => JSON.stringify(answers[path] ?? {}),
      }
    },
    now: () => new Date(0),
    callDeadlineMs: 1000,
    sleep: async () => undefined,
  })
  const { engine } = factory.connect({
    baseUrl: 'http://engine.test',
    uiUrl: 'http://engine.test/ui',
    token: 'tok',
    serverTimeZone: 'UTC',
    userTimeZone: 'UTC',
    family,
  })
  return { engine, asked }
}

test.each(WITH_LEVELS)(
  '%s is asked for the level, and for nothing that it changes',
  async (family) => {
    const { engine, asked } = connect(family, {
      [INFO]: general,
      [LEVELS]: levels({ code: 6, userId: 1, perm: 7 }, { code: 7, userId: 1, perm: 2 }),
    })

    const access = await engine.readProjectAccess('7', options)

    expect(access).toBe('read')
    expect(asked).toEqual([`GET ${INFO}`, `GET ${LEVELS}`])
  },
)

test.each([
  ['write grant', { code: 7, userId: 1, perm: 7 }, 'write'],
  ['a read grant on the own project', { code: 7, userId: 3, perm: 2 }, 'write'],
  ['half a write grant', { code: 7, userId: 1, perm: 4 }, 'read'],
  ['another project', { code: 6, userId: 1, perm: 7 }, 'none'],
  ['no level', { code: 7, userId: 1, perm: 0 }, 'none'],
] as const)('with %s', async (_what, row, expected) => {
  const { engine } = connect('3.4', { [INFO]: general, [LEVELS]: levels(row) })

  expect(await engine.readProjectAccess('7', options)).toBe(expected)
})

test.each([
  ['does not know the list', {}],
  ['takes its path for a project’s code', { [LEVELS]: { code: 10047, msg: 'no' } }],
  ['leaves the level out', { [LEVELS]: levels({ code: 7, userId: 1 }) }],
])('a server that %s tells only whether the project is seen', async (_what, answers) => {
  const user = { [INFO]: general, ...answers }
  const seen = connect('3.2', { ...user, [SEEN]: ok({ code: 7 }) })
  const unseen = connect('3.2', { ...user, [SEEN]: { code: 30002, msg: 'no' } })

  expect(await seen.engine.readProjectAccess('7', options)).toBe('unknown')
  expect(await unseen.engine.readProjectAccess('7', options)).toBe('none')
})

test('for an admin, and on 3.1, seeing is writing', async () => {
  const asAdmin = connect('3.4', { [INFO]: admin, [SEEN]: ok({ code: 7 }) })
  const granted = connect('3.1', { [SEEN]: ok({ code: 7 }) })
  const stranger = connect('3.1', { [SEEN]: { code: 30002, msg: 'no' } })
  const gone = connect('3.1', { [SEEN]: { code: 10018, msg: 'no' } })

  expect(await asAdmin.engine.readProjectAccess('7', options)).toBe('write')
  expect(await granted.engine.readProjectAccess('7', options)).toBe('write')
  expect(await stranger.engine.readProjectAccess('7', options)).toBe('none')
  expect(await gone.engine.readProjectAccess('7', options)).toBe('none')
})

test('silence and a failure of the server are no level', async () => {
  const silent = connect('3.4', {})
  const broken = connect('3.1', { [SEEN]: { code: 10000, msg: 'Internal Server Error' } })

  await expect(silent.engine.readProjectAccess('7', options)).rejects.toMatchObject({
    code: 'engine.no_answer',
  })
  await expect(broken.engine.readProjectAccess('7', options)).rejects.toMatchObject({
    code: 'engine.refused',
  })
})

test.each(ENGINE_FAMILIES)(
  '%s has a remedy for every right, in words of its own pages',
  (family) => {
    const { engine } = connect(family, {})

    const remedies = ENGINE_RIGHTS.map((right) => engine.remedyFor(right))

    expect(remedies.every((text) => text.length > 20)).toBe(true)
    expect(engine.remedyFor('project.write')).toContain('Project Authorize')
    expect(engine.remedyFor('project.write').includes('Grant All')).toBe(family !== '3.1')
  },
)
