import { beforeAll, expect, test } from 'vitest'
import { createTestApp, type TestApp } from '#test/support/app.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { createInstallation } from '#test/support/installation.ts'

const { db } = await useTestDatabase()
let app: TestApp
beforeAll(async () => {
  app = await createTestApp(await createInstallation(db))
})

async function pathOf(list: string, idField: string): Promise<string> {
  const { body } = await app.call('erin', 'GET', list)
  return `${list}/${body.items[0][idField]}`
}

test.each([
  ['/environments', 'environment_id'],
  ['/clusters', 'cluster_id'],
  ['/inspection-rules', 'rule_id'],
  ['/alert-channels', 'channel_id'],
])('%s: changes at once that claim no revision are all made', async (list, idField) => {
  await app.call('erin', 'POST', '/alert-channels', {
    body: { name: 'hook', kind: 'webhook', target: { url: 'https://example.com/hook' } },
  })
  const path = await pathOf(list, idField)
  const { revision } = (await app.call('erin', 'GET', path)).body

  const replies = await Promise.all(
    Array.from({ length: 8 }, (_, index) =>
      app.call('erin', 'PATCH', path, { body: { name: `name-${index}` } }),
    ),
  )

  expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 200))
  expect((await app.call('erin', 'GET', path)).body.revision).toBe(revision + 8)
})

test('of changes at once that claim the same revision one is made', async () => {
  const path = await pathOf('/environments', 'environment_id')
  const { headers } = await app.call('erin', 'GET', path)
  const etag = headers.get('etag') ?? ''

  const replies = await Promise.all(
    ['a', 'b', 'c'].map((name) =>
      app.call('erin', 'PATCH', path, { body: { name }, headers: { 'if-match': etag } }),
    ),
  )

  expect(replies.filter(({ status }) => status === 200)).toHaveLength(1)
  expect(replies.filter(({ status }) => status === 409)).toHaveLength(2)
})
