// Runs a command with DOLPHIN_URL, DOLPHIN_TOKEN and DOLPHIN_TENANT of a real DolphinScheduler 3.1.1,
// or with those that are given.
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { resolve } from 'node:path'
import { prepareStandalone } from '../../demo/standalone/prepare-standalone.ts'
import { startStandalone } from '../../demo/standalone/start-standalone.ts'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
const command = process.argv.slice(2)
let running: ReturnType<typeof spawn> | null = null
let signalled: (typeof SIGNALS)[number] | null = null

/** A signal ends the command, and then the server in order; before that it keeps a start from being used. */
for (const signal of SIGNALS) {
  process.on(signal, () => {
    signalled = signal
    running?.kill(signal)
  })
}

function run(env: Readonly<Record<string, string>>): Promise<number> {
  if (signalled !== null) return Promise.resolve(128 + constants.signals[signalled])
  const [program = '', ...args] = command
  return new Promise((done, fail) => {
    const child = spawn(program, args, { stdio: 'inherit', env: { ...process.env, ...env } })
    running = child
    child.once('error', fail)
    child.once('exit', (code, signal) =>
      done(code ?? 128 + (signal ? constants.signals[signal] : 0)),
    )
  })
}

async function runWithStandalone(): Promise<number> {
  const server = await startStandalone({
    dir: resolve(import.meta.dirname, '../../.slipway/dolphinscheduler-3.1.1'),
    log: (line) => void process.stdout.write(`${line}\n`),
  })
  try {
    const { token, tenant } = await prepareStandalone(server.url)
    return await run({ DOLPHIN_URL: server.url, DOLPHIN_TOKEN: token, DOLPHIN_TENANT: tenant })
  } finally {
    await server.stop()
  }
}

function given(): boolean {
  const { DOLPHIN_URL, DOLPHIN_TOKEN } = process.env
  if (Boolean(DOLPHIN_URL) !== Boolean(DOLPHIN_TOKEN))
    throw new Error('DOLPHIN_URL and DOLPHIN_TOKEN: set both, or neither for a server of its own')
  return Boolean(DOLPHIN_URL)
}

try {
  process.exitCode = given() ? await run({}) : await runWithStandalone()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
