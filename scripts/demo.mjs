// npm run demo: everything it needs, then the story (demo/main.ts).
import { ensureDatabaseServer, ensureDependencies, runNode } from './ensure.mjs'

ensureDependencies()
const args = process.argv.slice(2)
// Whoever asks how it is called wants no server installed.
if (!args.includes('--help') && !args.includes('-h')) ensureDatabaseServer()
process.exitCode = await runNode(['demo/main.ts', ...args])
