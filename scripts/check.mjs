// npm run check: format, lint, types, unused code. All of them, even when one fails.
import { ensureDependencies, root, withPath } from './ensure.mjs'
import { runChild } from './run-child.mjs'

ensureDependencies()
/** @type {[name: string, command: string, args: string[]][]} */
const CHECKS = [
  ['format', 'oxfmt', ['--check']],
  ['lint', 'oxlint', ['--type-aware', '.']],
  ['types', 'tsc', ['-p', '.']],
  ['unused code', 'knip', ['--no-progress']],
]
const failed = []
for (const [name, command, args] of CHECKS) {
  const code = await runChild(command, args, { cwd: root, env: withPath({}) })
  process.stdout.write(`${code === 0 ? 'ok    ' : 'FAILED'} ${name}\n`)
  if (code !== 0) failed.push(name)
}
if (failed.length > 0) process.stdout.write(`failed: ${failed.join(', ')}\n`)
process.exitCode = failed.length === 0 ? 0 : 1
