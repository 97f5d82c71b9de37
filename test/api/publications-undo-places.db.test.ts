import { expect, test } from 'vitest'
import { request, setupPublishing, stateOf } from '#test/support/app-publishing.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { engineOf } from '#test/support/engine.ts'
import { addVersion, ordersDocument } from '#test/support/installation.ts'
import { deployedCode } from '#test/support/runs.ts'

const { db } = await useTestDatabase()

test('a task that an undone deploy took away comes back to its place on the canvas', async () => {
  const { app, installation } = await setupPublishing(db, { approvals: 0 })
  const shell = (key: string) => ({ key, type: 'shell' as const, script: 'echo' })
  await addVersion(installation, ordersDocument({ tasks: [shell('extract'), shell('load')] }))
  await request(app)
  await app.runJobs(2)
  const engine = engineOf(installation)
  const options = { signal: AbortSignal.timeout(5_000) }
  const at = { projectCode: installation.projectCode, code: await deployedCode(installation) }
  const read = async () => {
    const live = await engine.findDefinition(at, options)
    if (!live) throw new Error('nothing is there')
    return live
  }
  const { definition, layout, taskVersions } = await read()
  const moved = Object.fromEntries(
    Object.keys(layout).map((code, n) => [code, { x: 700 + n, y: 900 + n }]),
  )
  await engine.setDefinitionOffline(at, options)
  const { tenant } = installation.simulator
  await engine.updateDefinition({ ...at, definition, layout: moved, tenant, taskVersions }, options)
  await addVersion(installation, ordersDocument({ tasks: [shell('extract')] }))
  const { publication_id: id } = (await request(app)).body
  installation.simulator.control.failNext({ kind: 'forbidden', method: 'POST', path: /release/ })

  await app.runJobs(2)

  expect(await stateOf(app, id)).toBe('compensated')
  expect((await read()).definition).toEqual(definition)
  expect((await read()).layout).toEqual(moved)
})
