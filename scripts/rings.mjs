// Which rings make up which command, and how vitest is called for them.
import { join } from 'node:path'
import { reportPath, root, runNode } from './ensure.mjs'

export const TEST_RINGS = ['pure', 'store', 'api', 'simulator', 'recordings']

/** vitest over the rings; the counts that .ci/run adds up go to .slipway/reports/<name>.json. */
export function vitestArgs(name, rings) {
  return [
    join(root, 'node_modules', 'vitest', 'vitest.mjs'),
    'run',
    ...rings.map((ring) => `--project=${ring}`),
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${reportPath(name)}`,
  ]
}

export function runRings(name, rings, { args = [], env = {} } = {}) {
  return runNode([...vitestArgs(name, rings), ...args], env)
}
