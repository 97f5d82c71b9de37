import { expect, test } from 'vitest'
import { authenticateToken } from '#src/access/authenticate-token.ts'
import { createTestApp, type TestApp } from '#test/support/app.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { createInstallation } from '#test/support/installation.ts'

const { db } = await useTestDatabase()

const DAY_MS = 86_400_000

async function setup(env: Readonly<Record<string, string>> = {}) {
  const installation = await createInstallation(db)
  const app = await createTestApp(installation, env)
  const { orgId } = installation.at
  const memberId = async (name: string): Promise<string> =>
    (
      await db
        .selectFrom('org_member')
        .select('member_id')
        .where('org_id', '=', orgId)
        .where('name', '=', name)
        .executeTakeFirstOrThrow()
    ).member_id
  return { app, installation, orgId, memberId }
}

const createMember = (app: TestApp, change: object = {}, headers: Record<string, string> = {}) =>
  app.call('erin', 'POST', '/members', {
    body: { name: 'frank', display_name: 'Frank', roles: ['author'], ...change },
    headers,
  })
const createToken = (app: TestApp, memberId: string, change: object = {}) =>
  app.call('erin', 'POST', '/api-tokens', {
    body: { member_id: memberId, name: 'ci', ...change },
  })
const change = (app: TestApp, memberId: string, body: object) =>
  app.call('erin', 'PATCH', `/members/${memberId}`, { body })

test('a token says who it is, in which organization, and what it may', async () => {
  const { app, orgId, memberId } = await setup()

  expect((await app.call('bob', 'GET', '/me')).body).toEqual({
    org_id: orgId,
    member_id: await memberId('bob'),
    name: 'bob',
    roles: ['approver'],
    scopes: ['read', 'workflows', 'publishing', 'runs', 'alerts', 'admin'],
  })
})

test('a member is made, changed, and found again', async () => {
  const { app } = await setup()

  const created = await createMember(app, {
    email: 'frank@example.com',
    im_ids: { feishu: 'ou_frank' },
  })
  const changed = await change(app, created.body.member_id, {
    roles: ['author', 'operator'],
    email: null,
  })

  expect(created).toMatchObject({
    status: 201,
    body: {
      name: 'frank',
      display_name: 'Frank',
      email: 'frank@example.com',
      roles: ['author'],
      im_ids: { feishu: 'ou_frank' },
      is_active: true,
    },
  })
  expect(changed).toMatchObject({
    status: 200,
    body: { display_name: 'Frank', email: null, roles: ['author', 'operator'] },
  })
  expect((await app.call('dave', 'GET', `/members/${created.body.member_id}`)).body).toEqual(
    changed.body,
  )
})

test('a name is one member’s; a repeat with the same key is no second one', async () => {
  const { app } = await setup()
  const key = { 'idempotency-key': 'once' }
  const first = await createMember(app, {}, key)

  const replay = await createMember(app, {}, key)
  const again = await createMember(app)

  expect(replay.body.member_id).toBe(first.body.member_id)
  expect(again).toMatchObject({ status: 409, body: { code: 'member.exists' } })
})

test('a member with faults is refused, with every place', async () => {
  const { app } = await setup()

  const reply = await createMember(app, { name: ' ', email: 'x', roles: ['king'], is_god: true })

  expect(reply).toMatchObject({ status: 422, body: { code: 'request.invalid' } })
  expect(reply.body.issues.map((issue: { pointer: string }) => issue.pointer).toSorted()).toEqual([
    '/email',
    '/is_god',
    '/name',
    '/roles/0',
  ])
})

test('the last active admin stays one', async () => {
  const { app, memberId } = await setup()
  const [erin, god] = [await memberId('erin'), await memberId('god')]
  await change(app, god, { roles: ['viewer'] })

  const demoted = await change(app, erin, { roles: ['viewer'] })
  const left = await change(app, erin, { is_active: false })

  expect(demoted).toMatchObject({ status: 409, body: { code: 'member.last_admin' } })
  expect(left).toMatchObject({ status: 409, body: { code: 'member.last_admin' } })
  expect((await app.call('erin', 'GET', '/api-tokens')).status).toBe(200)
})

test('two admins who put each other out at once do not leave the organization without one', async () => {
  const { app, memberId } = await setup()
  const [erin, god] = [await memberId('erin'), await memberId('god')]

  const replies = await Promise.all([
    app.call('erin', 'PATCH', `/members/${god}`, { body: { is_active: false } }),
    app.call('god', 'PATCH', `/members/${erin}`, { body: { is_active: false } }),
  ])

  const { body } = await app.call('dave', 'GET', '/members')
  const admins = body.items.filter(
    (member: { roles: string[]; is_active: boolean }) =>
      member.is_active && member.roles.includes('admin'),
  )
  expect(replies.filter((reply) => reply.status === 200)).toHaveLength(1)
  expect(admins).toHaveLength(1)
})

test('a token is shown once; the list and the database know only that it is', async () => {
  const { app, orgId, memberId } = await setup()

  const created = await createToken(app, await memberId('bob'), { expires_in_days: 7 })
  const { token } = created.body
  const me = await app.call(token, 'GET', '/me')
  const list = await app.call('erin', 'GET', '/api-tokens')

  expect(created).toMatchObject({
    status: 201,
    body: { name: 'ci', expires_at: '2026-03-08T10:00:00.500Z', revoked_at: null },
  })
  expect(me.body.name).toBe('bob')
  expect(JSON.stringify(list.body)).not.toContain(token)
  expect(list.body.items.flatMap((item: object) => Object.keys(item))).not.toContain('token')
  const rows = await db.selectFrom('api_token').selectAll().where('org_id', '=', orgId).execute()
  const events = await db
    .selectFrom('audit_event')
    .selectAll()
    .where('org_id', '=', orgId)
    .execute()
  expect(JSON.stringify([rows, events])).not.toContain(token)
})

test('a token that ran out, was revoked, or whose member left opens nothing', async () => {
  const { app, installation, memberId } = await setup()
  const bob = await memberId('bob')
  const [short, revoked, orphan] = await Promise.all([
    createToken(app, bob, { expires_in_days: 1 }),
    createToken(app, bob),
    createToken(app, await memberId('carol')),
  ])
  const me = async (reply: { body: { token: string } }) =>
    (await app.call(reply.body.token, 'GET', '/me')).status
  const before = [await me(short), await me(revoked), await me(orphan)]

  installation.clock.advance(DAY_MS)
  const revoke = await app.call('erin', 'DELETE', `/api-tokens/${revoked.body.token_id}`)
  await change(app, await memberId('carol'), { is_active: false })

  expect(before).toEqual([200, 200, 200])
  expect(revoke.status).toBe(204)
  expect([await me(short), await me(revoked), await me(orphan)]).toEqual([401, 401, 401])
  expect(await app.call('erin', 'DELETE', `/api-tokens/${revoked.body.token_id}`)).toMatchObject({
    status: 404,
    body: { code: 'token.not_found' },
  })
})

test('roles that are taken away are gone with the next request', async () => {
  const { app, memberId } = await setup()
  const denied = { display_name: 'Alice' }
  const bob = await memberId('bob')
  await change(app, bob, { roles: ['admin'] })
  const asAdmin = await app.call('bob', 'PATCH', `/members/${bob}`, { body: denied })

  await change(app, bob, { roles: ['viewer'] })

  expect(asAdmin.status).toBe(200)
  expect((await app.call('bob', 'PATCH', `/members/${bob}`, { body: denied })).status).toBe(403)
})

test('a token does no more than its scopes, whatever its member may', async () => {
  const { app, memberId } = await setup()
  const { body } = await createToken(app, await memberId('god'), { scopes: ['read'] })
  const reply = await app.call(body.token, 'POST', '/members', {
    body: { name: 'x', display_name: 'x', roles: ['admin'] },
  })
  const runsOnly = await createToken(app, await memberId('god'), { scopes: ['runs'] })

  const read = await app.call(runsOnly.body.token, 'GET', '/workflows')

  expect(reply).toMatchObject({
    status: 403,
    body: { code: 'auth.forbidden', required_scope: 'admin' },
  })
  expect(read).toMatchObject({ status: 403, body: { required_scope: 'read' } })
})

test('a token gives no scope that it lacks itself, and all of its own where none is named', async () => {
  const { app, memberId } = await setup()
  const god = await memberId('god')
  const { body } = await createToken(app, god, { scopes: ['admin', 'read'] })
  const mint = (scopes: object) =>
    app.call(body.token, 'POST', '/api-tokens', {
      body: { member_id: god, name: 'more', ...scopes },
    })

  const wider = await mint({ scopes: ['read', 'publishing', 'runs'] })
  const same = await mint({})

  expect(wider).toMatchObject({
    status: 403,
    body: {
      code: 'auth.forbidden',
      issues: [{ pointer: '/scopes/1' }, { pointer: '/scopes/2' }],
    },
  })
  expect(same).toMatchObject({ status: 201, body: { scopes: ['admin', 'read'] } })
})

test('a token names who made it, through the tokens in between as well', async () => {
  const { app, memberId } = await setup()
  const [erin, god] = [await memberId('erin'), await memberId('god')]
  const handed = await createToken(app, god)

  const own = await app.call('god', 'POST', '/api-tokens', { body: { member_id: god, name: 'x' } })
  const onward = await app.call(handed.body.token, 'POST', '/api-tokens', {
    body: { member_id: god, name: 'y' },
  })

  expect([handed, own, onward].map((reply) => reply.body.created_by)).toEqual([erin, god, erin])
  const actor = await authenticateToken(
    { db, now: () => new Date('2026-03-01T10:00:00Z') },
    onward.body.token,
  )
  expect(actor?.actor).toMatchObject({ id: god, tokenCreatedBy: erin })
})

test('a token for nobody, without scopes or for ever is refused', async () => {
  const { app, memberId } = await setup()
  const bob = await memberId('bob')

  const nobody = await createToken(app, 'mem_gone')
  const powerless = await createToken(app, bob, { scopes: [] })
  const endless = await createToken(app, bob, { expires_in_days: 731 })

  expect(nobody).toMatchObject({ status: 404, body: { code: 'member.not_found' } })
  expect(powerless).toMatchObject({ status: 422, body: { issues: [{ pointer: '/scopes' }] } })
  expect(endless).toMatchObject({
    status: 422,
    body: { issues: [{ pointer: '/expires_in_days' }] },
  })
})

test('members are managed by admins alone, and each change is in the audit', async () => {
  const { app, orgId, memberId } = await setup()
  const bob = await memberId('bob')

  const replies = await Promise.all(
    ['alice', 'bob', 'carol', 'dave'].map((who) =>
      app.call(who, 'PATCH', `/members/${bob}`, { body: { roles: ['admin'] } }),
    ),
  )
  await change(app, bob, { roles: ['approver', 'author'] })

  expect(replies.map((reply) => reply.status)).toEqual([403, 403, 403, 403])
  const events = await db
    .selectFrom('audit_event')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('action', '=', 'member.change')
    .execute()
  expect(events).toMatchObject([{ subject_id: bob, actor_name: 'erin' }])
})

test('the audit keeps the address that a change came from, and believes no stranger about it', async () => {
  const ipOf = async (env: Record<string, string>): Promise<string | null> => {
    const { app, orgId, memberId } = await setup(env)
    const { body } = await createToken(app, await memberId('erin'))
    await app.app.request(
      `/api/v1/api-tokens/${body.token_id}`,
      {
        method: 'DELETE',
        headers: { authorization: `Bearer ${body.token}`, 'x-forwarded-for': '1.2.3.4' },
      },
      { incoming: { socket: { remoteAddress: '10.0.0.7' } } },
    )
    const event = await db
      .selectFrom('audit_event')
      .select('ip')
      .where('org_id', '=', orgId)
      .where('action', '=', 'api_token.revoke')
      .executeTakeFirstOrThrow()
    return event.ip
  }

  const trusting = await ipOf({ TRUSTED_PROXIES: '10.0.0.0/8' })
  const trustless = await ipOf({})

  expect([trusting, trustless]).toEqual(['1.2.3.4', '10.0.0.7'])
})

test('pages of members are whole while new ones come', async () => {
  const { app } = await setup()
  const before = (await app.call('dave', 'GET', '/members')).body.items
  const seen: string[] = []
  let cursor: string | null = ''

  while (cursor !== null) {
    const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const { body } = await app.call('dave', 'GET', `/members?limit=2${query}`)
    seen.push(...body.items.map((member: { name: string }) => member.name))
    cursor = body.next_cursor
    if (seen.length < 4) await createMember(app, { name: `new ${seen.length}` })
  }

  expect(new Set(seen).size).toBe(seen.length)
  expect(seen).toEqual(
    expect.arrayContaining(before.map((member: { name: string }) => member.name)),
  )
})
