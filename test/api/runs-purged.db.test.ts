import { expect, test } from 'vitest'
import { request, setupPublishing } from '#test/support/app-publishing.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { addVersion, ordersDocument } from '#test/support/installation.ts'

const { db } = await useTestDatabase()

test('a run that the engine purged before its end is no success and nothing to wait for', async () => {
  const { app, installation } = await setupPublishing(db, { approvals: 0 })
  const tasks = [{ key: 'extract', type: 'shell' as const, script: 'sleep 600' }]
  await addVersion(installation, ordersDocument({ tasks }))
  await request(app)
  await app.runJobs(2)
  const { body } = await app.call('carol', 'POST', '/workflows/daily_orders/runs', { body: {} })
  await app.runJobs(1)
  await db
    .updateTable('workflow_instance_cache')
    .set({ next_attempt_at: new Date(0) })
    .where('run_id', '=', body.run_id)
    .where('next_attempt_at', 'is not', null)
    .execute()
  await app.runJobs(3)
  const row = await db
    .selectFrom('workflow_instance_cache')
    .select('engine_instance_id')
    .where('run_id', '=', body.run_id)
    .executeTakeFirstOrThrow()

  installation.simulator.control.purgeInstance(row.engine_instance_id ?? 0)
  await app.runJobs(2)

  const run = (await app.call('dave', 'GET', `/runs/${body.run_id}`)).body
  expect(run).toMatchObject({ is_final: true, engine_gone_at: expect.any(String), attempts: [] })
  expect(run.state).toBe('unknown')
  expect((await app.call('dave', 'GET', '/alerts')).body.items).toEqual([])
})
