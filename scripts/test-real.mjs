// npm run test:real: store and API rings on MySQL 9, conformance and story on a real engine.
import { ensureDatabaseServer, ensureDependencies, node, runNode } from './ensure.mjs'
import { runRings, vitestArgs } from './rings.mjs'

ensureDependencies()
// The story's service starts a private server of its own.
ensureDatabaseServer()
const mysql = process.env.TEST_MYSQL9_URL
  ? { TEST_DATABASE_URL: process.env.TEST_MYSQL9_URL }
  : { TEST_DATABASE_URL: '', TEST_DATABASE: 'mysql9' }
process.stdout.write('== store and API rings on MySQL 9\n')
const onMysql = await runRings('real-mysql', ['store', 'api'], { env: mysql })
process.stdout.write('== conformance and story on a real DolphinScheduler\n')
const onEngine = await runNode([
  'test/support/with-standalone.ts',
  node,
  ...vitestArgs('real-engine', ['real']),
  '--no-file-parallelism',
])
process.exitCode = onMysql === 0 && onEngine === 0 ? 0 : 1
