import type { TestApp } from './app.ts'

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
