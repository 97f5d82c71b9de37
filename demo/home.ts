import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runsWith } from '#src/db/process-by-id.ts'
import { stopLeftovers } from './leftovers.ts'

export interface DemoHome {
  /** Everything of the demo lives here and is thrown away at its next start. */
  readonly folder: string
  /** Addresses and tokens, while the demo is up. */
  readonly file: string
  /** Another demo is up, so this one lives beside it. */
  readonly isBeside: boolean
}

/** In the command line of every demo. */
const ENTRY = 'demo/main.ts'
const MAX = 20

/** A folder of its own, empty; what a killed demo has left in it is ended first. */
export async function claimHome(base: string): Promise<DemoHome> {
  for (let number = 1; number <= MAX; number++) {
    const name = number === 1 ? 'demo' : `demo-${number}`
    const folder = join(base, name)
    const ownerFile = join(folder, 'owner.pid')
    const owner = Number(await readFile(ownerFile, 'utf8').catch(() => '0'))
    if (owner > 0 && owner !== process.pid && (await runsWith(owner, ENTRY))) continue
    await stopLeftovers(folder)
    await rm(folder, { recursive: true, force: true })
    await mkdir(folder, { recursive: true })
    await writeFile(ownerFile, String(process.pid))
    const file = join(base, `${name}.json`)
    await rm(file, { force: true })
    return { folder, file, isBeside: number > 1 }
  }
  throw new Error(`${MAX} demos run here already; end one with Ctrl-C`)
}
