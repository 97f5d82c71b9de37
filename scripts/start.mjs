// npm start: the service, with what it needs to run.
import { ensureDependencies, runNode } from './ensure.mjs'

ensureDependencies()
process.exitCode = await runNode(['src/main.ts', ...process.argv.slice(2)])
