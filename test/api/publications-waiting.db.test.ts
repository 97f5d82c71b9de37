import { expect, test } from 'vitest'
import { request, setupPublishing } from '#test/support/app-publishing.ts'
import type { TestApp } from '#test/support/app.ts'
import { useTestDatabase } from '#test/support/database.ts'

const { db } = await useTestDatabase()

const waiting = async (app: TestApp, who: string): Promise<number> =>
  (await app.call(who, 'GET', '/publications?waiting_for=me')).body.items.length
const waitingFor = (app: TestApp, ...people: readonly string[]): Promise<number[]> =>
  Promise.all(people.map((who) => waiting(app, who)))

test('where the policy names its approvers, it waits for them alone', async () => {
  const { app } = await setupPublishing(db)
  await app.call('erin', 'PUT', '/environments/prod/policy', {
    body: { approvals_required: 1, approvers: ['god'] },
  })
  await request(app)

  expect(await waitingFor(app, 'bob', 'god')).toEqual([0, 1])
})

test('what is past its time waits for nobody', async () => {
  const { app, installation } = await setupPublishing(db)
  await request(app)
  const before = await waiting(app, 'bob')

  await db
    .updateTable('workflow_publish_record')
    .set({ expires_at: new Date('2000-01-01T00:00:00Z') })
    .where('org_id', '=', installation.at.orgId)
    .execute()

  expect([before, await waiting(app, 'bob')]).toEqual([1, 0])
})

test('a token that its barred maker handed out has nothing to decide', async () => {
  const { app, installation } = await setupPublishing(db)
  await request(app)
  const bob = await db
    .selectFrom('org_member')
    .select('member_id')
    .where('org_id', '=', installation.at.orgId)
    .where('name', '=', 'bob')
    .executeTakeFirstOrThrow()
  const { body } = await app.call('erin', 'POST', '/api-tokens', { body: { ...bob, name: 'x' } })
  const before = await waiting(app, body.token)

  await db
    .updateTable('api_token')
    .set({ created_by: installation.as('alice').actor.id })
    .where('token_id', '=', body.token_id)
    .execute()

  expect([before, await waiting(app, body.token)]).toEqual([1, 0])
})
