import { randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { must } from '../lib/must.ts'
import { isRunning, processKey } from './process-by-id.ts'

/** Notes that this process uses the server; answers the note's name. */
export async function addUser(dir: string): Promise<string> {
  const users = join(dir, 'users')
  const id = randomUUID()
  await mkdir(users, { recursive: true })
  await writeFile(join(users, id), must(await processKey(process.pid), 'this process runs'))
  return id
}

export async function removeUser(dir: string, id: string): Promise<void> {
  await rm(join(dir, 'users', id), { force: true })
}

/** True when a living process uses the server; forgets those that ended without saying so. */
export async function hasUsers(dir: string): Promise<boolean> {
  const users = join(dir, 'users')
  let isUsed = false
  for (const id of await readdir(users).catch(() => [])) {
    const key = await readFile(join(users, id), 'utf8').catch(() => '')
    if (await isRunning(key)) isUsed = true
    else await rm(join(users, id), { force: true })
  }
  return isUsed
}
