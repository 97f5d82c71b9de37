// npm run test:real: store and API rings on MySQL 9, conformance and story on a real engine.
import { join } from 'node:path'
import {
  ensureDatabaseServer,
  ensureDependencies,
  node,
  reportPath,
  root,
  runNode,
} from './ensure.mjs'
import { runRings } from './rings.mjs'

ensureDependencies()
ensureDatabaseServer()
const onMysql = runRings('real-mysql', ['store', 'api'], { env: { TEST_DATABASE: 'mysql9' } })
const onEngine = runNode([
  'test/support/with-standalone.ts',
  node,
  join(root, 'node_modules', 'vitest', 'vitest.mjs'),
  'run',
  '--project=real',
  '--no-file-parallelism',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${reportPath('real-engine')}`,
])
process.exitCode = onMysql === 0 && onEngine === 0 ? 0 : 1
