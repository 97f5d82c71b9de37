// npm run demo: everything it needs, then the story (demo/main.ts).
import { ensureDatabaseServer, ensureDependencies, runNode } from './ensure.mjs'

ensureDependencies()
ensureDatabaseServer()
process.exitCode = await runNode(['demo/main.ts', ...process.argv.slice(2)])
