import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { sleep } from '../lib/time.ts'

/**
 * Names a living process, and no later one that gets the same id: `<pid> <when it started>`. Null
 * when it has ended, also when its parent has not yet taken note of that.
 */
export async function processKey(pid: number): Promise<string | null> {
  if (!isThere(pid)) return null
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
  if (stat === null) return withoutProc(pid)
  // The name in parentheses may hold anything; the fields after it are state, ppid, …
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields[0] === 'Z' || fields[0] === 'X' ? null : `${pid} ${fields[19] ?? ''}`
}

export async function isRunning(key: string): Promise<boolean> {
  const pid = Number.parseInt(key, 10)
  return pid > 0 && (await processKey(pid)) === key
}

export async function isAlive(pid: number): Promise<boolean> {
  return (await processKey(pid)) !== null
}

/** True when the process is alive and was started with exactly this argument. */
export async function runsWith(pid: number, argument: string): Promise<boolean> {
  if (!(await isAlive(pid))) return false
  const args = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => null)
  if (args !== null) return args.split('\0').includes(argument)
  return `${await ps(pid, 'command=')} `.includes(`${argument} `)
}

const TERM_WAIT_MS = 30_000

/** Asks it to end; kills it when it does not. */
export async function stopProcess(pid: number): Promise<void> {
  signal(pid, 'SIGTERM')
  for (let waitedMs = 0; waitedMs < TERM_WAIT_MS && (await isAlive(pid)); waitedMs += 50)
    await sleep(50)
  if (await isAlive(pid)) signal(pid, 'SIGKILL')
}

function signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): void {
  if (isThere(pid)) process.kill(pid, name)
}

/** Ids from 0 down mean process groups: never ours. */
function isThere(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function withoutProc(pid: number): Promise<string | null> {
  const [state = '', ...started] = (await ps(pid, 'state=,lstart=')).split(/\s+/)
  return state === '' || state.startsWith('Z') ? null : `${pid} ${started.join('-')}`
}

async function ps(pid: number, columns: string): Promise<string> {
  const { stdout } = await promisify(execFile)('ps', [
    '-ww',
    '-o',
    columns,
    '-p',
    String(pid),
  ]).catch(() => ({ stdout: '' }))
  return stdout.trim()
}
