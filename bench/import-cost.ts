// Import of live workflows that nobody manages: seconds and engine calls, the engine simulated.
// node bench/import-cost.ts [count]
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDatabase, forOrg } from '#src/db/database.ts'
import { migrateToLatest } from '#src/db/migrate.ts'
import { startPrivateServer } from '#src/db/private-server.ts'
import { applyImport, requestImport } from '#src/imports/request-import.ts'
import { runImport } from '#src/imports/run-import.ts'
import { showImport } from '#src/imports/show-import.ts'
import { createInstallation } from '#test/support/installation.ts'
import { makeDefinitions } from '#test/support/make-definitions.ts'

const count = Number(process.argv[2] ?? 500)
const dir = await mkdtemp(join(tmpdir(), 'slipway-bench-'))
const server = await startPrivateServer({ dir, isThrowaway: true })
const db = createDatabase({ url: server.url })
try {
  await migrateToLatest(db)
  const installation = await createInstallation(db, { family: '3.4' })
  await makeDefinitions(
    installation,
    Array.from({ length: count }, (_, n) => `flow ${n}`),
  )
  const deps = { ...installation.deps, owner: 'bench', callDeadlineMs: 10_000 }
  const call = { ...installation.as('alice'), signal: new AbortController().signal }
  const { calls } = installation.simulator
  calls.reset()
  const importId = await requestImport(deps, call, { environment: 'prod' })
  const startMs = performance.now()
  await runImport(deps, call, importId)
  const previewMs = performance.now() - startMs
  const previewCalls = calls.total
  await applyImport(deps, call, { importId, items: null })
  await runImport(deps, call, importId)
  const totalMs = performance.now() - startMs
  const { state, items } = await showImport(deps, call, { importId })
  const [{ versions } = { versions: 0 }] = await forOrg(db, call.orgId)
    .q.selectFrom('workflow_version')
    .select((eb) => eb.fn.countAll<number>().as('versions'))
    .where('org_id', '=', call.orgId)
    .execute()
  process.stdout.write(
    `${count} workflows: preview ${(previewMs / 1000).toFixed(1)} s, ${previewCalls} engine calls; ` +
      `adopted after ${(totalMs / 1000).toFixed(1)} s, ${calls.total} calls in all; ${state}, ${JSON.stringify(items)}, ${versions} versions\n`,
  )
} finally {
  await db.destroy()
  await server.stop()
  await rm(dir, { recursive: true, force: true })
}
