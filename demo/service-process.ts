import { spawn, type ChildProcess } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { resolve } from 'node:path'
import { until } from './api-client.ts'

export interface ServiceProcess {
  readonly url: string
  readonly pid: number
  stop(): Promise<void>
  /** Resolves when the process ends by itself. */
  readonly ended: Promise<void>
}

/** The service's own entry point, by which its process is known. */
export const SERVICE_ENTRY = resolve(import.meta.dirname, '../src/main.ts')

/** The service as anybody starts it: `node src/main.ts` and environment variables. */
export async function startService(input: {
  readonly port: number
  readonly env: Readonly<Record<string, string>>
  readonly logPath: string
}): Promise<ServiceProcess> {
  const child = spawn(process.execPath, [SERVICE_ENTRY], {
    env: { ...process.env, ...input.env, PORT: String(input.port), HOST: '127.0.0.1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const log = createWriteStream(input.logPath)
  child.stdout.pipe(log)
  child.stderr.pipe(log)
  const ended = new Promise<void>((done) => {
    child.once('exit', () => done())
  })
  const url = `http://127.0.0.1:${input.port}`
  await until(`the service (its log: ${input.logPath})`, async () => {
    if (child.exitCode !== null)
      throw new Error(
        `the service ended with code ${child.exitCode}; the end of its log:\n${await endOf(input.logPath)}`,
      )
    return (await isReady(url)) ? true : null
  })
  return { url, pid: child.pid ?? 0, ended, stop: () => stop(child, ended) }
}

async function isReady(url: string): Promise<boolean> {
  const response = await fetch(`${url}/health/ready`).catch(() => null)
  return response?.status === 200
}

async function endOf(logPath: string): Promise<string> {
  const lines = (await readFile(logPath, 'utf8')).trimEnd().split('\n')
  return lines.slice(-5).join('\n')
}

async function stop(child: ChildProcess, ended: Promise<void>): Promise<void> {
  if (child.exitCode === null) child.kill('SIGTERM')
  await ended
}

/** The wished port, or the next one that is free. */
export async function freePort(from: number): Promise<number> {
  for (let port = from; port < from + 200; port++) {
    if (await isFree(port)) return port
  }
  throw new Error(`no free port from ${from} to ${from + 199}`)
}

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer()
    server.once('error', () => done(false))
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)))
  })
}
