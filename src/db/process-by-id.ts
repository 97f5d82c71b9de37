import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { sleep } from '../lib/time.ts'

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** True when the process is alive and its command line names the folder: pids are used again. */
export async function runsOn(pid: number, dir: string): Promise<boolean> {
  return isAlive(pid) && (await commandLine(pid)).includes(dir)
}

async function commandLine(pid: number): Promise<string> {
  try {
    return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ')
  } catch {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'command=', '-p', String(pid)]).catch(
      () => ({ stdout: '' }),
    )
    return stdout
  }
}

const TERM_WAIT_MS = 30_000

/** Asks it to end; kills it when it does not. */
export async function stopProcess(pid: number): Promise<void> {
  signal(pid, 'SIGTERM')
  for (let waitedMs = 0; waitedMs < TERM_WAIT_MS && isAlive(pid); waitedMs += 50) await sleep(50)
  if (isAlive(pid)) signal(pid, 'SIGKILL')
}

function signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): void {
  if (isAlive(pid)) process.kill(pid, name)
}
