import { expect, test } from 'vitest'
import type { EngineFactory } from '#src/engine/engine.ts'
import { DEPLOY, request, setupPublishing } from '#test/support/app-publishing.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { editDefinition } from '#test/support/engine.ts'
import { addVersion, ordersDocument } from '#test/support/installation.ts'
import { applyToEnd, breakWrite } from '#test/support/publishing.ts'
import { deployedCode } from '#test/support/runs.ts'

const { db } = await useTestDatabase()

const OFFLINE = { ...DEPLOY, online: false }

/** An update that is requested, whose first write is the save itself. */
async function setup() {
  const { app, installation } = await setupPublishing(db, { approvals: 0 })
  await applyToEnd(installation, (await request(app, OFFLINE)).body.publication_id)
  const at = { projectCode: installation.projectCode, code: await deployedCode(installation) }
  await addVersion(installation, ordersDocument({ settings: { timeout_min: 5 } }))
  const id: string = (await request(app, OFFLINE)).body.publication_id
  const { factory } = installation.deps
  const isConcurrent = async (through: EngineFactory) => {
    expect(await applyToEnd(installation, id, { factory: through })).toBe('succeeded')
    const { evidence } = (await app.call('dave', 'GET', `/publications/${id}/evidence`)).body
    return evidence.is_concurrent_edit
  }
  return {
    isConcurrent,
    whole: factory,
    losing: breakWrite(factory, { index: 0, kind: 'answer_lost', onKill: () => {} }),
    saveUnchanged: () => editDefinition(installation, at, (definition) => definition),
  }
}

test.each(['whole', 'losing'] as const)(
  'a save without a change before ours is no edit beside it (answers: %s)',
  async (answers) => {
    const { isConcurrent, saveUnchanged, ...factories } = await setup()
    await saveUnchanged()

    expect(await isConcurrent(factories[answers])).toBe(false)
  },
)

test.each(['whole', 'losing'] as const)(
  'a save after ours and before it is read back is one (answers: %s)',
  async (answers) => {
    const { isConcurrent, saveUnchanged, ...factories } = await setup()
    const factory: EngineFactory = {
      ...factories[answers],
      connect: (address) => {
        const { engine, compiler } = factories[answers].connect(address)
        return {
          compiler,
          engine: {
            ...engine,
            updateDefinition: async (input, options) => {
              await engine.updateDefinition(input, options).finally(saveUnchanged)
            },
          },
        }
      },
    }

    expect(await isConcurrent(factory)).toBe(true)
  },
)
