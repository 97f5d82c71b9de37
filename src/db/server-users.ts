import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sleep } from '../lib/time.ts'
import { isAlive } from './process-by-id.ts'

const LOCK_WAIT_MS = 120_000

/** One process at a time decides about the server of a folder; a dead holder's lock is taken over. */
export async function withStartLock<T>(dir: string, work: () => Promise<T>): Promise<T> {
  const lock = join(dir, 'start.lock')
  for (let waitedMs = 0; !(await tryLock(lock)); waitedMs += 50) {
    if (waitedMs > LOCK_WAIT_MS) throw new Error(`${lock} is held by another process for too long`)
    await sleep(50)
  }
  try {
    return await work()
  } finally {
    await rm(lock, { force: true })
  }
}

async function tryLock(lock: string): Promise<boolean> {
  try {
    await writeFile(lock, String(process.pid), { flag: 'wx' })
    return true
  } catch {
    const holder = Number(await readFile(lock, 'utf8').catch(() => '0'))
    if (holder > 0 && !isAlive(holder)) await rm(lock, { force: true })
    return false
  }
}

/** Notes that this process uses the server. */
export async function addUser(dir: string): Promise<void> {
  await mkdir(join(dir, 'users'), { recursive: true })
  await writeFile(join(dir, 'users', String(process.pid)), '')
}

/** Forgets this process; true when a living one still uses the server. */
export async function removeUser(dir: string): Promise<boolean> {
  const users = join(dir, 'users')
  await rm(join(users, String(process.pid)), { force: true })
  const others = await readdir(users)
  const living = others.filter((pid) => isAlive(Number(pid)))
  for (const pid of others) if (!living.includes(pid)) await rm(join(users, pid), { force: true })
  return living.length > 0
}
