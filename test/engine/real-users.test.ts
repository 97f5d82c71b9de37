import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { createTransport } from '#clients/http/transport.ts'
import type { Engine } from '#src/engine/engine.ts'
import { findClusterRights, findProjectRights } from '#src/environments/find-rights.ts'
import { must } from '#src/lib/must.ts'
import { sleep, systemClock } from '#src/lib/time.ts'
import { doByHand } from './by-hand.ts'
import type { Bench } from './conformance/bench.ts'
import { clearBench, createBench, options } from './conformance/bench.ts'

const transport = createTransport()
const WithId = z.looseObject({ id: z.int() })
const Tenants = z.array(z.looseObject({ id: z.int(), tenantCode: z.string() }))

let bench: Bench
let userId = 0
let other: Engine

const asAdmin = (method: 'GET' | 'POST', path: string, form: Record<string, unknown> = {}) =>
  doByHand(bench.server, method, path, form)

beforeAll(async () => {
  const { DOLPHIN_URL: baseUrl, DOLPHIN_TOKEN: token, DOLPHIN_TENANT: tenant } = process.env
  const server = {
    fetch: transport.fetch,
    baseUrl: must(baseUrl, 'DOLPHIN_URL'),
    token: must(token, 'DOLPHIN_TOKEN'),
  }
  bench = await createBench({
    ...server,
    now: systemClock,
    tenant: tenant ?? 'default',
    wait: sleep,
    stop: async () => transport.close(),
  })
  const tenants = Tenants.parse(await asAdmin('GET', 'tenants/list'))
  const { id: tenantId } = must(
    tenants.find(({ tenantCode }) => tenantCode === bench.server.tenant),
    'the tenant',
  )
  const userName = bench.uniqueName('user').replaceAll('-', '').slice(0, 30)
  const fields = { userName, userPassword: 'Slipway1', email: 'u@example.com', queue: '', state: 1 }
  userId = WithId.parse(await asAdmin('POST', 'users/create', { ...fields, tenantId })).id
  const expireTime = '2035-01-01 00:00:00'
  await asAdmin('POST', 'access-tokens', { userId, expireTime, token: userName })
  other = bench.engineWithToken(userName)
})

afterAll(async () => {
  await asAdmin('POST', 'users/delete', { id: userId })
  await clearBench(bench)
})

test('a general user is told apart by what an administrator granted, and changes nothing', async () => {
  const { projectCode, family } = bench
  const { id } = WithId.parse(await asAdmin('GET', `projects/${projectCode}`))
  const look = () => other.readProjectAccess(projectCode, options)

  const before = await look()
  const hasLevels = family !== '3.1'
  if (hasLevels) {
    await asAdmin('POST', 'users/grant-project-with-read-perm', { userId, projectIds: id })
  }
  const reading = await look()
  await asAdmin('POST', 'users/grant-project', { userId, projectIds: id })
  const writing = await look()

  expect([before, reading, writing]).toEqual(['none', hasLevels ? 'read' : 'none', 'write'])
  expect(await findClusterRights(other, options)).toEqual({
    missing_rights: [],
    unknown_rights: [],
  })
  expect(
    await findProjectRights(
      other,
      { projectCode, dataSources: ['no such one'], resources: ['no/such.jar'] },
      options,
    ),
  ).toMatchObject({
    missing_rights: [
      { right: 'data_source.use', names: ['no such one'] },
      { right: 'resource.use', names: ['no/such.jar'] },
    ],
    unknown_rights: [],
  })
})
