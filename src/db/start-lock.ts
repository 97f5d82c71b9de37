import { randomUUID } from 'node:crypto'
import { closeSync, openSync, readFileSync, rmSync, statSync } from 'node:fs'
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { must } from '../lib/must.ts'
import { sleep, systemClock } from '../lib/time.ts'
import { isRunning, processKey } from './process-by-id.ts'

const LOCK_WAIT_MS = 120_000
const BREAKER_MAX_AGE_MS = 10_000

/** One process at a time decides about the server of a folder; a dead holder's lock is taken over. */
export async function withStartLock<T>(dir: string, work: () => Promise<T>): Promise<T> {
  const lock = join(dir, 'start.lock')
  // Written aside and linked, so that a lock never stands there without its holder's name.
  const draft = `${lock}.${randomUUID()}`
  const key = must(await processKey(process.pid), 'this process runs')
  await writeFile(draft, `${key} ${randomUUID()}`)
  try {
    for (let waitedMs = 0; !(await tryLink(draft, lock)); waitedMs += 50) {
      if (waitedMs > LOCK_WAIT_MS)
        throw new Error(`${lock} has been held for too long by process ${await holder(lock)}`)
      await removeIfDead(lock)
      await sleep(50)
    }
  } finally {
    await rm(draft, { force: true })
  }
  try {
    return await work()
  } finally {
    await rm(lock, { force: true })
  }
}

async function tryLink(draft: string, lock: string): Promise<boolean> {
  return link(draft, lock).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false
      throw error
    },
  )
}

async function holder(lock: string): Promise<string> {
  return readFile(lock, 'utf8').catch(() => '')
}

/**
 * Between reading a dead holder's name and removing its lock another process may have done both and
 * hold a lock of its own: the breaker lets one process at a time look again and remove.
 */
async function removeIfDead(lock: string): Promise<void> {
  const seen = await holder(lock)
  if (seen === '' || (await isRunning(seen.split(' ').slice(0, 2).join(' ')))) return
  const breaker = `${lock}.breaker`
  if (!tryCreate(breaker)) return
  try {
    if (readFileSync(lock, 'utf8') === seen) rmSync(lock)
  } catch {
    // Another process has removed it.
  } finally {
    rmSync(breaker, { force: true })
  }
}

function tryCreate(path: string): boolean {
  try {
    closeSync(openSync(path, 'wx'))
    return true
  } catch {
    const madeAt = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Infinity
    if (systemClock().getTime() - madeAt > BREAKER_MAX_AGE_MS) rmSync(path, { force: true })
    return false
  }
}
