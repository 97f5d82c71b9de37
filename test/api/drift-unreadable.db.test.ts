import { expect, test } from 'vitest'
import { createTestApp, type TestApp } from '#test/support/app.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { deployMany } from '#test/support/deploy-many.ts'
import { lookForDrift } from '#test/support/drift.ts'
import { editDefinition, engineOf } from '#test/support/engine.ts'
import { createInstallation } from '#test/support/installation.ts'

const { db } = await useTestDatabase()

/** A global parameter without `prop`, which the engine's own API takes. */
const NAMELESS: any = [{ name: undefined, direction: 'in', type: 'VARCHAR', value: 'x' }]
const options = () => ({ signal: AbortSignal.timeout(5_000) })

const drifted = async (app: TestApp): Promise<readonly { readonly workflow_id: string }[]> =>
  (await app.call('dave', 'GET', '/deployments?drift=drifted')).body.items

test('what cannot be read says so, hides no other, and is judged again by itself', async () => {
  const installation = await createInstallation(db, { approvals: 0, family: '3.2' })
  const app = await createTestApp(installation)
  const codes = await deployMany(installation, 3)
  const places = codes.map((code) => ({ projectCode: installation.projectCode, code }))
  const [first = { projectCode: '', code: '' }, ...others] = places
  const engine = engineOf(installation)
  const before = await engine.findDefinition(first, options())
  if (!before) throw new Error('the first definition is there')
  await lookForDrift(installation)
  await editDefinition(installation, first, (live) => ({ ...live, params: NAMELESS }))
  for (const at of others)
    await editDefinition(installation, at, (live) => ({ ...live, timeoutMin: 99 }))

  await lookForDrift(installation)
  await lookForDrift(installation)

  expect(await drifted(app)).toHaveLength(3)
  expect((await app.call('dave', 'GET', '/environments/prod/drift')).body).toMatchObject({
    is_reachable: true,
    as_of: installation.clock.now().toISOString(),
    unmanaged_count: 0,
  })
  const { items } = (await app.call('dave', 'GET', '/deployments?workflow_id=daily_orders')).body
  const path = `/deployments/${items[0].deployment_id}`
  expect((await app.call('dave', 'GET', path)).body.drift).toMatchObject({
    parts: ['definition'],
    text: expect.stringContaining("~ the engine's definition cannot be read: "),
    modified_by: 'admin',
  })
  expect((await app.call('alice', 'POST', `${path}:adopt`)).body.code).toBe('engine.unreadable')

  const { definition, taskVersions } = before
  await engine.setDefinitionOffline(first, options())
  await engine.updateDefinition(
    { ...first, definition, layout: {}, tenant: installation.simulator.tenant, taskVersions },
    options(),
  )
  await engine.setDefinitionOnline(first, options())
  await lookForDrift(installation)

  expect((await drifted(app)).map((row) => row.workflow_id)).not.toContain('daily_orders')
})
