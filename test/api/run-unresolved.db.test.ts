import { expect, test } from 'vitest'
import { runOf, setupRuns, start } from '#test/support/app-runs.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { hurryRuns } from '#test/support/runs.ts'

const { db } = await useTestDatabase()

test('a start that is never found raises an alert, and a person closes it', async () => {
  const { app, installation } = await setupRuns(db)
  const { body } = await start(app)
  installation.simulator.control.failNext({ kind: 'reset', method: 'POST', path: /executors/ })
  await hurryRuns(installation)
  await app.runJobs(1)
  await db
    .updateTable('workflow_instance_cache')
    .set({ resolve_until: new Date(0) })
    .where('run_id', '=', body.run_id)
    .execute()
  await hurryRuns(installation)
  await app.runJobs(1)
  const lost = await runOf(app, body.run_id)
  const alerts = await app.call('dave', 'GET', '/alerts')

  const closed = await app.call('carol', 'POST', `/runs/${body.run_id}:cancel`)

  expect(lost).toMatchObject({ state: 'unresolved', is_final: false })
  expect(alerts.body.items).toMatchObject([{ kind: 'run_unresolved', run_id: body.run_id }])
  expect(closed).toMatchObject({
    status: 202,
    body: {
      state: 'cancelled',
      is_final: true,
      start_error: 'it was sent, and never found on the engine',
    },
  })
})
