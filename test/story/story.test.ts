import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

/** `npm run test:real` sets these, for a server of its own or for yours. */
function engine(): { readonly url: string; readonly token: string; readonly tenant: string } {
  const { DOLPHIN_URL: url, DOLPHIN_TOKEN: token, DOLPHIN_TENANT: tenant = 'default' } = process.env
  if (!url || !token)
    throw new Error(
      'set DOLPHIN_URL and DOLPHIN_TOKEN, or run `npm run test:real`, which starts a server',
    )
  return { url, token, tenant }
}

test('the whole story holds on a real DolphinScheduler', async () => {
  const { url, token, tenant } = engine()
  const args = [
    resolve(import.meta.dirname, '../../demo/main.ts'),
    '--exit',
    '--engine',
    url,
    '--token',
    token,
    '--tenant',
    tenant,
  ]

  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 10_000_000 })

  expect(stdout).toContain('Every step held.')
})
