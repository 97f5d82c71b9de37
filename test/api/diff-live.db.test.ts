import { expect, test } from 'vitest'
import { changeOnEngine, request, setupPublishing } from '#test/support/app-publishing.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { addVersion, ordersDocument } from '#test/support/installation.ts'

const { db } = await useTestDatabase()

/** Everything that has another name, or no place, on the engine of prod. */
async function setup() {
  const { app, installation } = await setupPublishing(db, { approvals: 0 })
  const { control } = installation.simulator
  control.addDataSource('warehouse_prod', 'MYSQL')
  control.addWorkerGroup('big')
  control.addEnvironment('py3', ['default'])
  await installation.at.q
    .updateTable('engine_environment')
    .set({
      overlay: JSON.stringify({
        data_sources: { warehouse: 'warehouse_prod' },
        params: { day: '2026-01-01' },
      }),
    })
    .where('org_id', '=', installation.at.orgId)
    .execute()
  await addVersion(
    installation,
    ordersDocument({
      tags: ['orders'],
      start: {
        params: {
          properties: { day: { default: '$[yyyy-MM-dd]', description: 'of what' }, must: {} },
        },
      },
      settings: { worker_group: 'big', environment: 'py3', priority: 'high', timeout_min: 5 },
      tasks: [
        { key: 'extract', type: 'shell', owner: 'bob', script: 'echo', writes: ['dwd.orders'] },
        { key: 'load', type: 'sql', needs: ['extract'], datasource: 'warehouse', sql: 'select 1' },
      ],
      schedule: { cron: '0 3 * * *', timezone: 'UTC', end: '2030-01-01T00:00:00' },
    }),
  )
  await request(app)
  await app.runJobs(2)
  const diff = async (query: string) =>
    (await app.call('dave', 'GET', `/workflows/daily_orders/diff?${query}`)).body
  return { app, installation, diff }
}

test.each(['', '&fresh=true'])(
  'what was just deployed does not differ from what runs %s',
  async (fresh) => {
    const { diff } = await setup()

    const body = await diff(`from=v2&to=live:prod${fresh}`)

    expect(body.text).toBe('no changes\n')
    expect(body.as_of).toEqual(expect.any(String))
  },
)

test('an edit on the engine shows in a fresh diff, and not in the last read', async () => {
  const { installation, diff } = await setup()
  await changeOnEngine(installation)

  const stored = await diff('from=v2&to=live:prod')
  const fresh = await diff('from=v2&to=live:prod&fresh=true')

  expect(stored.diff.is_empty).toBe(true)
  expect(fresh.diff.is_empty).toBe(false)
})
