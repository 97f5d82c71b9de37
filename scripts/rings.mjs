// Which rings make up which command, and how vitest is called for them.
import { join } from 'node:path'
import { reportPath, root, runNode } from './ensure.mjs'

export const TEST_RINGS = ['pure', 'store', 'api', 'simulator', 'recordings']

/** Runs vitest over the rings; writes the counts that .ci/run adds up to .slipway/reports/<name>.json. */
export function runRings(name, rings, { args = [], env = {} } = {}) {
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
  const projects = rings.map((ring) => `--project=${ring}`)
  const reporters = [
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${reportPath(name)}`,
  ]
  return runNode([vitest, 'run', ...projects, ...reporters, ...args], env)
}
