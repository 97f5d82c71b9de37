// Engine calls of one sync cycle with 5 runs changed, at 10, 1,000 and 10,000 workflows.
// node bench/sync-cost.ts [counts…]
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDatabase } from '#src/db/database.ts'
import { migrateToLatest } from '#src/db/migrate.ts'
import { startPrivateServer } from '#src/db/private-server.ts'
import { syncEnvironment } from '#src/runs/sync-environment.ts'
import { deployMany } from '#test/support/deploy-many.ts'
import { createInstallation } from '#test/support/installation.ts'

const counts = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [10, 1_000, 10_000]
const dir = await mkdtemp(join(tmpdir(), 'slipway-bench-'))
const server = await startPrivateServer({ dir, isThrowaway: true })
const db = createDatabase({ url: server.url })
try {
  await migrateToLatest(db)
  const calls: number[] = []
  for (const workflows of counts) {
    const installation = await createInstallation(db, { family: '3.4' })
    const codes = await deployMany(installation, workflows)
    const cycle = async (): Promise<void> => {
      installation.clock.advance(2_000)
      await syncEnvironment(
        { ...installation.deps, callDeadlineMs: 10_000, sweepMs: 3_600_000 },
        installation.as('sync'),
        installation.environmentId,
      )
    }
    await cycle()
    await cycle()
    for (const code of codes.slice(0, 5)) installation.simulator.control.startInstance(code)
    installation.simulator.calls.reset()
    await cycle()
    calls.push(installation.simulator.calls.total)
    process.stdout.write(
      `${workflows} workflows, 5 runs changed: ${installation.simulator.calls.total} engine calls\n`,
    )
  }
  const [first = 0] = calls
  process.stdout.write(
    `ratio to the smallest: ${calls.map((count) => (count / first).toFixed(2)).join(', ')} (limit 1.00)\n`,
  )
} finally {
  await db.destroy()
  await server.stop()
  await rm(dir, { recursive: true, force: true })
}
