import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findRunning } from '#src/db/private-server-process.ts'
import { runsWith, stopProcess } from '#src/db/process-by-id.ts'
import { SERVICE_ENTRY } from './service-process.ts'

/** Where the demo notes its service, for a next demo that finds it left over. */
export function servicePidFile(home: string): string {
  return join(home, 'service.pid')
}

/** Ends what a demo that was killed has left in the folder: its service, then its database. */
export async function stopLeftovers(home: string): Promise<void> {
  const pid = Number(await readFile(servicePidFile(home), 'utf8').catch(() => '0'))
  if (pid > 0 && (await runsWith(pid, SERVICE_ENTRY))) await stopProcess(pid)
  const database = await findRunning(join(home, 'database'))
  if (database) await stopProcess(database.pid)
}
