import { expect, test } from 'vitest'
import { watchEnvironment } from '#src/drift/watch-environment.ts'
import type { Engine } from '#src/engine/engine.ts'
import { AppError } from '#src/lib/errors.ts'
import { DEPLOY, request, setupPublishing } from '#test/support/app-publishing.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { addVersion, ordersDocument } from '#test/support/installation.ts'
import { applyToEnd } from '#test/support/publishing.ts'
import { withEngine } from '#test/support/runs.ts'

const { db } = await useTestDatabase()

const FAULT = 'internal error; the log has it'
const fault = () =>
  Promise.reject(new Error('Cannot add or update a child row (`secret`.`table`, CONSTRAINT `x`)'))
const refuse = () => Promise.reject(new AppError('upstream', 'engine.refused', 'no'))

/** A first deploy whose calls to the engine go as the test says. */
async function applyFirst(change: (id: string) => Partial<Engine>) {
  const { app, installation } = await setupPublishing(db, { approvals: 0 })
  const id: string = (await request(app, DEPLOY)).body.publication_id
  const factory = withEngine(installation, () => change(id))
  await applyToEnd(installation, id, { factory })
  return (await app.call('dave', 'GET', `/publications/${id}`)).body
}

const passDeadline = (id: string) =>
  db
    .updateTable('workflow_publish_record')
    .set({ apply_deadline_at: new Date(0) })
    .where('publication_id', '=', id)
    .execute()

test('a fault of ours fails a publication in words that say nothing of the database', async () => {
  const publication = await applyFirst(() => ({ setDefinitionOnline: fault }))

  expect(publication).toMatchObject({
    state: 'compensated',
    failure: { code: 'internal', message: FAULT, step: 'online', not_restored: [] },
  })
})

test('a fault of ours while it is put back is tried again, and named without its words', async () => {
  let tries = 0
  const publication = await applyFirst((id) => ({
    setDefinitionOnline: refuse,
    deleteDefinition: async () => {
      if (++tries === 2) await passDeadline(id)
      return fault()
    },
  }))

  expect(tries).toBe(2)
  expect(publication).toMatchObject({
    state: 'stuck',
    failure: { code: 'engine.refused', not_restored: [`it could not be put back: ${FAULT}`] },
  })
})

test('what somebody deletes on the engine in the middle of a publication is told as that', async () => {
  const { app, installation } = await setupPublishing(db, { approvals: 0 })
  await applyToEnd(installation, (await request(app)).body.publication_id)
  await addVersion(
    installation,
    ordersDocument({ schedule: { cron: '0 5 * * *', timezone: 'UTC' } }),
  )
  const id: string = (await request(app)).body.publication_id
  const factory = withEngine(installation, (engine) => ({
    setScheduleOffline: async (at, options) => {
      await engine.setScheduleOffline(at, options)
      await engine.deleteSchedule(at, options)
    },
  }))

  await applyToEnd(installation, id, { factory })

  expect((await app.call('dave', 'GET', `/publications/${id}`)).body).toMatchObject({
    state: 'compensated',
    failure: {
      code: 'publication.stale_plan',
      message: 'somebody deleted the schedule on the engine meanwhile',
      not_restored: [],
    },
  })
})

test('a fault of ours is not the engine’s words in what the drift watch says', async () => {
  const { app, installation } = await setupPublishing(db)
  const factory = withEngine(installation, () => ({ listDefinitionHeads: fault }))
  const deps = { ...installation.deps, factory, callDeadlineMs: 500, sweepMs: 1_000 }

  await expect(
    watchEnvironment(deps, installation.as('job'), installation.environmentId),
  ).rejects.toThrow('Cannot add')

  expect((await app.call('dave', 'GET', '/environments/prod/drift')).body).toMatchObject({
    is_reachable: false,
    last_error: { message: FAULT },
  })
})
