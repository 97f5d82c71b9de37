import { expect, test } from 'vitest'
import { inTx } from '#src/db/database.ts'
import { applyPublication } from '#src/publishing/apply-publication.ts'
import { saveDeployment } from '#src/publishing/deployment-store.ts'
import { createTestApp } from '#test/support/app.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { applyAll, previewImport, settleImport } from '#test/support/imports.ts'
import {
  addVersion,
  createInstallation,
  ordersDocument,
  type Installation,
} from '#test/support/installation.ts'
import { makeDefinitions } from '#test/support/make-definitions.ts'
import { applyDeps, applyToEnd, breakWrite, request, type Break } from '#test/support/publishing.ts'

const { db } = await useTestDatabase()

/** A first deploy that has got so far when an engine's call breaks. */
async function deployUntil(broken: { readonly index: number; readonly kind: Break }) {
  const installation = await createInstallation(db, { approvals: 0 })
  const app = await createTestApp(installation)
  await addVersion(installation, ordersDocument())
  const publicationId = await request(installation, 'deploy', { online: true })
  const factory = breakWrite(installation.deps.factory, { ...broken, onKill: () => {} })
  const call = { ...installation.as('job'), signal: new AbortController().signal }
  await applyPublication(applyDeps(installation, { factory }), call, publicationId)
  return { installation, app, publicationId }
}

const deploymentsOf = ({ at }: Installation) =>
  at.q
    .selectFrom('workflow_deployment')
    .select(['workflow_id', 'engine_code', 'version', 'state'])
    .where('org_id', '=', at.orgId)
    .orderBy('workflow_id')
    .execute()

const setState = ({ at }: Installation, state: string) =>
  at.q
    .updateTable('workflow_publish_record')
    .set({ state })
    .where('org_id', '=', at.orgId)
    .execute()

test.each([
  { what: 'has just made', index: 1, kind: 'never_sent' },
  { what: 'made without an answer', index: 0, kind: 'answer_lost' },
] as const)('what a first deploy $what is not listed', async ({ index, kind }) => {
  const { app, installation, publicationId } = await deployUntil({ index, kind })
  await makeDefinitions(installation, ['Mine'])

  const { id, items } = await previewImport(app)
  await applyAll(app, id)
  await settleImport(app, id)

  expect(items).toMatchObject([{ name: 'Mine' }])
  expect(await applyToEnd(installation, publicationId)).toBe('succeeded')
  expect(await deploymentsOf(installation)).toMatchObject([
    { workflow_id: 'Mine', version: 1 },
    { workflow_id: 'daily_orders', version: 1, state: 'deployed' },
  ])
})

test('what a publication works on by now is not adopted', async () => {
  const { app, installation, publicationId } = await deployUntil({ index: 1, kind: 'never_sent' })
  await setState(installation, 'compensated')
  const { id } = await previewImport(app)
  await setState(installation, 'applying')

  await applyAll(app, id)
  await settleImport(app, id)

  const { items } = (await app.call('dave', 'GET', `/imports/${id}/items`)).body
  expect(items).toMatchObject([
    {
      state: 'failed',
      error: {
        code: 'workflow.publishing',
        message: expect.stringContaining('"daily_orders"'),
      },
    },
  ])
  expect(await applyToEnd(installation, publicationId)).toBe('succeeded')
})

test('what another workflow has deployed by now is not adopted, and its row stays', async () => {
  const { app, installation, publicationId } = await deployUntil({ index: 1, kind: 'never_sent' })
  await setState(installation, 'compensated')
  const { id } = await previewImport(app)
  await setState(installation, 'applying')
  await applyToEnd(installation, publicationId)
  const before = await deploymentsOf(installation)

  await applyAll(app, id)
  await settleImport(app, id)

  const { items } = (await app.call('dave', 'GET', `/imports/${id}/items`)).body
  expect(items).toMatchObject([
    {
      state: 'failed',
      error: {
        code: 'deployment.taken',
        message: expect.stringContaining('deployed as the workflow "daily_orders"'),
      },
    },
  ])
  expect(await deploymentsOf(installation)).toEqual(before)
})

test('a deployment is written at its own place alone', async () => {
  const installation = await createInstallation(db, { approvals: 0 })
  const { at, environmentId, clock } = installation
  await addVersion(installation, ordersDocument())
  await addVersion(installation, ordersDocument({ id: 'other' }))
  const save = (workflowId: string, code: string) =>
    inTx(at, (tx) =>
      saveDeployment(
        tx,
        { workflowId, environmentId },
        { engine_code: code, updated_at: clock.now() },
      ),
    )

  await save('daily_orders', '1')
  await save('other', '2')
  await save('other', '2')
  const taken = await save('other', '1').catch((error: unknown) => error)

  expect(taken).toMatchObject({
    kind: 'conflict',
    code: 'deployment.taken',
    details: { workflow_id: 'daily_orders' },
  })
  expect(await deploymentsOf(installation)).toMatchObject([
    { workflow_id: 'daily_orders', engine_code: '1' },
    { workflow_id: 'other', engine_code: '2' },
  ])
})
