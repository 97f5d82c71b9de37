// npm test: the rings that need no real engine, on one database.
import { ensureDatabaseServer, ensureDependencies } from './ensure.mjs'
import { runRings, TEST_RINGS } from './rings.mjs'

ensureDependencies()
if (!process.env.TEST_DATABASE_URL) ensureDatabaseServer()
process.exitCode = await runRings('test', TEST_RINGS, { args: process.argv.slice(2) })
