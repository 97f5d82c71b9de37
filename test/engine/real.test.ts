import { createTransport } from '#clients/http/transport.ts'
import { sleep, systemClock } from '#src/lib/time.ts'
import { describeEngine } from './conformance.ts'
import { realFiles } from './real-files.ts'

describeEngine('a real DolphinScheduler', async () => {
  const { DOLPHIN_URL: baseUrl, DOLPHIN_TOKEN: token, DOLPHIN_TENANT: tenant } = process.env
  const userTimeZone = process.env['DOLPHIN_USER_ZONE'] ?? 'UTC'
  if (!baseUrl || !token) {
    throw new Error(
      'DOLPHIN_URL (with /dolphinscheduler) and DOLPHIN_TOKEN say which real server to ask; npm run test:real sets them',
    )
  }
  const transport = createTransport()
  return {
    fetch: transport.fetch,
    now: systemClock,
    baseUrl,
    token,
    tenant: tenant ?? 'default',
    files: realFiles({ fetch: transport.fetch, baseUrl, token }),
    userTimeZone,
    wait: sleep,
    stop: async () => transport.close(),
  }
})
