import { execFile } from 'node:child_process'
import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

export const VERSION = '3.1.1'

const run = promisify(execFile)
const TOOLS = [
  ['java', 'a JDK 17 (Debian and Ubuntu: apt-get install openjdk-17-jdk-headless)'],
  ['mvn', 'Maven (Debian and Ubuntu: apt-get install maven)'],
] as const

/** Answers the folder with `lib/` and `ddl/`, filled once from published artifacts. */
export async function collectArtifacts(dir: string, log: (line: string) => void): Promise<string> {
  for (const [command, what] of TOOLS) {
    await run(command, ['-version']).catch((cause: unknown) => {
      throw new Error(`a real DolphinScheduler needs ${what}`, { cause })
    })
  }
  const collected = join(dir, 'collected')
  const isThere = await access(collected).then(
    () => true,
    () => false,
  )
  if (isThere) return collected
  log(`collecting DolphinScheduler ${VERSION} with Maven (184 MB, once) into ${dir}`)
  await mkdir(dir, { recursive: true })
  // Made aside and renamed, so that half of it is never used.
  const draft = await mkdtemp(join(dir, 'collecting-'))
  try {
    await maven(draft)
    await rename(draft, collected)
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
  return collected
}

async function maven(out: string): Promise<void> {
  const args = ['-B', '-ntp', '-q', '-f', join(import.meta.dirname, 'pom.xml'), `-Dout=${out}`]
  await run('mvn', [...args, `-Dds.version=${VERSION}`, 'process-resources'], {
    maxBuffer: 50_000_000,
  }).catch((cause: unknown) => {
    const words = cause instanceof Error && 'stdout' in cause ? String(cause.stdout) : String(cause)
    const tail = words.trimEnd().split('\n').slice(-15).join('\n')
    throw new Error(`Maven could not collect DolphinScheduler ${VERSION}:\n${tail}`, { cause })
  })
}
