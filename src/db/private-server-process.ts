import { spawn } from 'node:child_process'
import { open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createConnection } from 'mysql2/promise'
import { z } from 'zod'
import { must } from '../lib/must.ts'
import { sleep } from '../lib/time.ts'
import { isAlive, runsWith, stopProcess } from './process-by-id.ts'

/** What a later process needs to adopt the server, or to start it where it was. `pid` is missing between its start and its note. */
const Note = z.object({ port: z.int(), password: z.string(), pid: z.int().optional() })
export type Note = z.output<typeof Note>
export interface Running extends Note {
  readonly pid: number
}

const ANSWER_TIMEOUT_MS = 60_000
const POLL_MS = 25
/** How long a server whose id nobody noted may take to answer. */
const UNNOTED_TIMEOUT_MS = 10_000

export async function writeNote(dir: string, note: Note): Promise<void> {
  const draft = join(dir, 'server.json.new')
  await writeFile(draft, JSON.stringify(note), { mode: 0o600 })
  await rename(draft, join(dir, 'server.json'))
}

export async function readNote(dir: string): Promise<Note | null> {
  const text = await readFile(join(dir, 'server.json'), 'utf8').catch(() => '{}')
  try {
    return Note.parse(JSON.parse(text))
  } catch {
    return null
  }
}

/**
 * The server of the folder, once it answers: one that was just started may still be recovering.
 * Null when none runs.
 */
export async function findRunning(dir: string): Promise<Running | null> {
  const note = await readNote(dir)
  if (note === null) return null
  const limitMs = note.pid === undefined ? UNNOTED_TIMEOUT_MS : ANSWER_TIMEOUT_MS
  for (let waitedMs = 0; waitedMs < limitMs; waitedMs += POLL_MS) {
    const pid = note.pid ?? (await pidOfServersOwnNote(dir))
    // Only our own server knows the random password.
    if (pid !== null && (await answers(note))) return { ...note, pid }
    if (note.pid !== undefined && !(await runsWith(note.pid, dataDirArgument(dir)))) return null
    await sleep(POLL_MS)
  }
  if (note.pid === undefined) return null
  throw new Error(
    `the private database server (process ${note.pid}) runs on ${dir} and does not answer: end it and start again\n${await logTail(dir)}`,
  )
}

export function dataDirArgument(dir: string): string {
  return `--datadir=${join(dir, 'data')}`
}

async function pidOfServersOwnNote(dir: string): Promise<number | null> {
  const text = await readFile(join(dir, 'data', 'server.pid'), 'utf8').catch(() => '')
  const pid = Number.parseInt(text, 10)
  return (await runsWith(pid, dataDirArgument(dir))) ? pid : null
}

export interface LaunchInput {
  readonly dir: string
  readonly command: string
  readonly args: readonly string[]
  readonly password: string
  /** Where it ran before, and others still look for it; missing: nowhere. */
  readonly lastPort: number | undefined
}

/** Starts it where it was, or else on a free port, in a session of its own, and waits until it answers. */
export async function launch(input: LaunchInput): Promise<Running> {
  const { dir, password } = input
  // MySQL takes a killed server's lock for a living one's when its id is in use again.
  for (const file of ['s.sock', 's.sock.lock']) await rm(join(dir, 'data', file), { force: true })
  const port = await portNear(input.lastPort)
  await writeNote(dir, { port, password })
  const running = { port, password, pid: await spawnServer(input, port) }
  await writeNote(dir, running)
  for (let waitedMs = 0; waitedMs < ANSWER_TIMEOUT_MS; waitedMs += POLL_MS) {
    if (await answers(running)) return running
    if (!(await isAlive(running.pid))) break
    await sleep(POLL_MS)
  }
  await stopProcess(running.pid)
  throw new Error(`the private database server did not start:\n${await logTail(dir)}`)
}

async function spawnServer({ dir, command, args }: LaunchInput, port: number): Promise<number> {
  const log = await open(join(dir, 'server.log'), 'a')
  try {
    const child = spawn(command, [...args, `--port=${port}`], {
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    })
    await new Promise<void>((done, fail) => {
      child.once('spawn', done)
      child.once('error', fail)
    })
    child.unref()
    return must(child.pid, 'a spawned process has an id')
  } finally {
    await log.close()
  }
}

async function answers({ port, password }: Note): Promise<boolean> {
  const connection = await createConnection({
    host: '127.0.0.1',
    port,
    user: 'slipway',
    password,
    database: 'slipway',
    connectTimeout: 5_000,
  }).catch(() => null)
  await connection?.end()
  return connection !== null
}

async function logTail(dir: string): Promise<string> {
  const text = await readFile(join(dir, 'server.log'), 'utf8').catch(() => '')
  return text.trimEnd().split('\n').slice(-15).join('\n')
}

/** The last port unless something else has taken it since. */
async function portNear(lastPort: number | undefined): Promise<number> {
  if (lastPort === undefined) return freePort(0)
  return freePort(lastPort).catch(() => freePort(0))
}

/** The wished port, any for 0. */
function freePort(wished: number): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer()
    probe.once('error', fail)
    probe.listen(wished, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => done(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
