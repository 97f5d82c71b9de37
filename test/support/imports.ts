import { runImport } from '#src/imports/run-import.ts'
import type { TestApp } from './app.ts'
import type { Installation } from './installation.ts'
import { withEngine } from './runs.ts'

export const IMPORTS = '/environments/prod/imports'

/** A round leaves an import that takes long under way; only the next ones see its end. */
export async function settleImport(app: TestApp, id: string): Promise<void> {
  for (let round = 0; round < 100; round++) {
    await app.runJobs(1)
    const { body } = await app.call('dave', 'GET', `/imports/${id}`)
    if (body.state === 'preview' || body.state === 'done') return
  }
}

export async function previewImport(app: TestApp) {
  const { body } = await app.call('alice', 'POST', IMPORTS)
  const id: string = body.import_id
  await settleImport(app, id)
  return { id, items: (await app.call('dave', 'GET', `/imports/${id}/items?limit=100`)).body.items }
}

/** Every item that can be adopted is to be. */
export const applyAll = (app: TestApp, id: string) =>
  app.call('alice', 'POST', `/imports/${id}:apply`, { body: { items: 'all' } })

/** Somebody makes a workflow of that id. */
export const takeId = (app: TestApp, id: string) =>
  app.call('alice', 'POST', '/workflows', {
    body: {
      apiVersion: 'slipway/v1',
      kind: 'Workflow',
      id,
      name: 'Mine',
      tasks: [{ key: 'a', type: 'shell', script: 'x' }],
    },
  })

/** A replica's work on an import, with something in between its read and its writes. */
export function importWhile(
  installation: Installation,
  id: string,
  meddle: () => Promise<unknown>,
): Promise<void> {
  const factory = withEngine(installation, (engine) => ({
    listTaskGroups: async (...args) => {
      await meddle()
      return engine.listTaskGroups(...args)
    },
  }))
  return runImport(
    { ...installation.deps, factory, owner: 'one', callDeadlineMs: 5_000 },
    installation.as('job'),
    id,
  )
}
