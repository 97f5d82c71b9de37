import { expect, test } from 'vitest'
import type { EngineFactory } from '#src/engine/engine.ts'
import { applyPublication } from '#src/publishing/apply-publication.ts'
import { DEPLOY, request, setupPublishing } from '#test/support/app-publishing.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { engineOf } from '#test/support/engine.ts'
import type { Installation } from '#test/support/installation.ts'
import { applyDeps, expireLease, stateOf } from '#test/support/publishing.ts'
import { withEngine } from '#test/support/runs.ts'

const { db } = await useTestDatabase()

type Access = 'write' | 'read'

/** An approved first deploy; `meanwhile` happens in the middle of the last look before its first write. */
async function setup() {
  const { app, installation } = await setupPublishing(db, { approvals: 0 })
  const id: string = (await request(app, DEPLOY)).body.publication_id
  const apply = async (meanwhile: () => Promise<unknown>, access: Access = 'write') => {
    const factory: EngineFactory = withEngine(installation, () => ({
      readProjectAccess: async () => {
        await meanwhile()
        return access
      },
    }))
    const call = { ...installation.as('job'), signal: new AbortController().signal }
    await applyPublication(applyDeps(installation, { factory }), call, id)
  }
  const cancel = async () => {
    await expireLease(installation, id)
    const { status } = await app.call('alice', 'POST', `/publications/${id}:cancel`)
    expect(status).toBe(200)
  }
  return { app, installation, id, apply, cancel }
}

const madeThere = (installation: Installation) =>
  engineOf(installation).listDefinitions(installation.projectCode, {
    signal: AbortSignal.timeout(5_000),
  })

test.each(['write', 'read'] as const)(
  'a publication that is cancelled while a check outlasts its lease stays cancelled (%s)',
  async (access) => {
    const { installation, id, apply, cancel } = await setup()

    await apply(cancel, access)

    expect(await stateOf(installation, id)).toMatchObject({
      state: 'cancelled',
      active_key: null,
      lease_owner: null,
      lease_until: null,
      started_at: null,
      failure: null,
    })
    expect(await madeThere(installation)).toEqual([])
  },
)

test.each(['write', 'read'] as const)(
  'one that was ended without its lease being taken away is not written again either (%s)',
  async (access) => {
    const { installation, id, apply } = await setup()
    const end = () =>
      installation.at.q
        .updateTable('workflow_publish_record')
        .set({ state: 'cancelled', active_key: null })
        .where('publication_id', '=', id)
        .execute()

    await apply(end, access)

    expect(await stateOf(installation, id)).toMatchObject({ state: 'cancelled', started_at: null })
    expect(await madeThere(installation)).toEqual([])
  },
)

test('after it another one may be requested and is applied', async () => {
  const { app, installation, apply, cancel } = await setup()
  await apply(cancel)

  const again = await request(app, DEPLOY)
  await app.runJobs(2)

  expect((await stateOf(installation, again.body.publication_id)).state).toBe('succeeded')
})
