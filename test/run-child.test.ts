import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'

const helper = resolve(import.meta.dirname, '../scripts/run-child.mjs')

/** A script that runs `child` as a child of its own and ends as it ends. */
function runScript(child: string): ReturnType<typeof spawn> {
  const code = `
    const { runChild } = await import(${JSON.stringify(helper)})
    process.exitCode = await runChild(process.execPath, ['-e', ${JSON.stringify(child)}])`
  return spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

test('a script ends with the exit code of its child', async () => {
  const script = runScript('process.exitCode = 7')

  const [code] = await once(script, 'exit')

  expect(code).toBe(7)
})

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s reaches the child, which may end in order',
  async (signal) => {
    const script = runScript(
      `setInterval(() => {}, 1000); process.once('${signal}', () => process.exit(3)); console.log('up')`,
    )
    await once(script.stdout ?? script, 'data')

    script.kill(signal)
    const [code] = await once(script, 'exit')

    expect(code).toBe(3)
  },
)

test('a child that a signal ended counts as 128 and the signal', async () => {
  const script = runScript(`process.kill(process.pid, 'SIGKILL')`)

  const [code] = await once(script, 'exit')

  expect(code).toBe(137)
})
