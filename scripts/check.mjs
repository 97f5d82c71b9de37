// npm run check: format, lint, types, unused code. All of them, even when one fails.
import { spawnSync } from 'node:child_process'
import { ensureDependencies, root, withPath } from './ensure.mjs'

ensureDependencies()
/** @type {[name: string, command: string, args: string[]][]} */
const CHECKS = [
  ['format', 'oxfmt', ['--check']],
  ['lint', 'oxlint', ['.']],
  ['types', 'tsc', ['-p', '.']],
  ['unused code', 'knip', ['--no-progress']],
]
const failed = CHECKS.filter(([name, command, args]) => {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: withPath({}) })
  process.stdout.write(`${status === 0 ? 'ok    ' : 'FAILED'} ${name}\n`)
  return status !== 0
})
process.exitCode = failed.length === 0 ? 0 : 1
