import { expect, test } from 'vitest'
import { createTestApp } from '#test/support/app.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { deployMany } from '#test/support/deploy-many.ts'
import { lookForDrift } from '#test/support/drift.ts'
import { editDefinition } from '#test/support/engine.ts'
import { createInstallation } from '#test/support/installation.ts'

const { db } = await useTestDatabase()

test('a sweep reads each deployment once: a look reads only those that a definition names', async () => {
  const installation = await createInstallation(db, { approvals: 0, family: '3.4' })
  await deployMany(installation, 20)
  await lookForDrift(installation)
  let rows = 0
  const counted = installation.deps.db.withPlugin({
    transformQuery: ({ node }) => node,
    transformResult: ({ result }) => {
      rows += result.rows.filter((row) => 'task_codes' in row).length
      return Promise.resolve(result)
    },
  })

  await lookForDrift({ ...installation, deps: { ...installation.deps, db: counted } }, 0)

  expect(rows).toBe(20)
})

test('what an edit on the engine runs from now on is named in the drift', async () => {
  const installation = await createInstallation(db, { approvals: 0, family: '3.4' })
  const app = await createTestApp(installation)
  const [code = '', other] = await deployMany(installation, 3)
  await editDefinition(installation, { projectCode: installation.projectCode, code }, (live) => ({
    ...live,
    tasks: live.tasks.map((task, n) =>
      n > 0
        ? task
        : { ...task, type: 'SUB_WORKFLOW', params: { workflowDefinitionCode: Number(other) } },
    ),
  }))

  await lookForDrift(installation)

  const { items } = (await app.call('dave', 'GET', '/deployments?drift=drifted')).body
  const { body } = await app.call('dave', 'GET', `/deployments/${items[0].deployment_id}`)
  expect(JSON.stringify(body.drift)).toContain('orders_1')
})
