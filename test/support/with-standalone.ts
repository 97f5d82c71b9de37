// Runs a command with DOLPHIN_URL, DOLPHIN_TOKEN and DOLPHIN_TENANT of a real DolphinScheduler 3.1.1,
// or with those that are given.
import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { prepareStandalone } from '../../demo/standalone/prepare-standalone.ts'
import { startStandalone } from '../../demo/standalone/start-standalone.ts'

function run(command: readonly string[], env: Readonly<Record<string, string>>): Promise<number> {
  const [program = '', ...args] = command
  return new Promise((done, fail) => {
    const child = spawn(program, args, { stdio: 'inherit', env: { ...process.env, ...env } })
    child.once('error', fail)
    child.once('exit', (code) => done(code ?? 1))
  })
}

const command = process.argv.slice(2)
if (process.env['DOLPHIN_URL']) {
  process.exitCode = await run(command, {})
} else {
  const dir = resolve(import.meta.dirname, '../../.slipway/dolphinscheduler-3.1.1')
  const server = await startStandalone({
    dir,
    log: (line) => void process.stdout.write(`${line}\n`),
  })
  try {
    const { token, tenant } = await prepareStandalone(server.url)
    process.exitCode = await run(command, {
      DOLPHIN_URL: server.url,
      DOLPHIN_TOKEN: token,
      DOLPHIN_TENANT: tenant,
    })
  } finally {
    await server.stop()
  }
}
