import { expect, test } from 'vitest'
import { DEPLOY, setupPublishing } from '#test/support/app-publishing.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { addVersion, ordersDocument } from '#test/support/installation.ts'

const { db } = await useTestDatabase()

const CLEAN_UP = { key: 'clean_up', type: 'shell', script: 'cd /data\nrm -rf ${day}' } as const

const document = (name: string) =>
  ordersDocument({
    id: 'clean',
    name,
    start: { params: { properties: { day: { type: 'string', default: '$[yyyyMMdd-1]' } } } },
    tasks: [CLEAN_UP],
  })

async function planFirst() {
  const { installation, app } = await setupPublishing(db)
  await addVersion(installation, document('Clean'))
  const { body } = await app.call('erin', 'GET', '/environments/prod')
  await app.call('erin', 'PATCH', '/environments/prod', {
    body: { overlay: { ...body.overlay, params: { day: '$[yyyyMMdd-3]' } } },
  })
  return app.call('alice', 'POST', '/workflows/clean/publications:plan', { body: DEPLOY })
}

test('who approves a first deploy reads all of it, and what the overlay makes of it', async () => {
  const { body } = await planFirst()

  expect(body.changes_text).toContain(
    '+ workflow clean v1\n+ task clean_up (shell)\n+ task clean_up script:\n    +cd /data\n    +rm -rf ${day}\n',
  )
  expect(body.changes.tasks.added).toMatchObject([
    { key: 'clean_up', fields: [{ field: 'script', before: null, after: CLEAN_UP.script }] },
  ])
  expect(body.warnings).toContain('by the overlay, the default of "day" becomes "$[yyyyMMdd-3]"')
})
