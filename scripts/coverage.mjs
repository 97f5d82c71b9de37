// npm run coverage: npm test, measured.
import { ensureDatabaseServer, ensureDependencies } from './ensure.mjs'
import { runRings, TEST_RINGS } from './rings.mjs'

ensureDependencies()
if (!process.env.TEST_DATABASE_URL) ensureDatabaseServer()
process.exitCode = await runRings('coverage', TEST_RINGS, {
  args: ['--coverage', ...process.argv.slice(2)],
})
