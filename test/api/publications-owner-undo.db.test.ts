import { expect, test } from 'vitest'
import { request, setupPublishing } from '#test/support/app-publishing.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { engineOf } from '#test/support/engine.ts'
import { addVersion, ordersDocument } from '#test/support/installation.ts'

const { db } = await useTestDatabase()

const STAYS = 'the engine lets only its owner and administrators delete it: it stays there, offline'

/** A deploy whose schedule is refused at its last step, and with it the deletes of that kind. */
async function setup(path: RegExp) {
  const { app, installation } = await setupPublishing(db, { approvals: 0 })
  const { control } = installation.simulator
  const undo = async () => {
    const { publication_id: id } = (await request(app)).body
    control.failNext({ kind: 'forbidden', method: 'POST', path: /schedules\/\d+\/online/ })
    control.failNext({ kind: 'forbidden', method: 'DELETE', path })
    await app.runJobs(2)
    const { state, failure } = (await app.call('dave', 'GET', `/publications/${id}`)).body
    const all = await engineOf(installation).listDefinitions(installation.projectCode, {
      signal: AbortSignal.timeout(5_000),
    })
    return { state, left: failure?.not_restored, count: all.length }
  }
  return { app, installation, undo }
}

test('a definition that may not be deleted while a first deploy is undone is named', async () => {
  const { undo } = await setup(/process-definition/)

  expect(await undo()).toEqual({ state: 'compensated', left: [`delete: ${STAYS}`], count: 1 })
})

test('a schedule that may not be deleted goes with its definition, and nothing is left', async () => {
  const { undo } = await setup(/schedules/)

  expect(await undo()).toEqual({ state: 'compensated', left: [], count: 0 })
})

test('a schedule that may not be deleted while an update is undone is named', async () => {
  const { app, installation, undo } = await setup(/schedules/)
  await addVersion(installation, ordersDocument({ schedule: undefined }))
  await request(app)
  await app.runJobs(2)
  await addVersion(installation, ordersDocument())

  expect(await undo()).toEqual({
    state: 'compensated',
    left: [`schedule_delete: ${STAYS}`],
    count: 1,
  })
})
