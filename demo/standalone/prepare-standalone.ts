import { randomBytes } from 'node:crypto'
import { userInfo } from 'node:os'
import { z } from 'zod'

const Envelope = z.looseObject({ code: z.number(), msg: z.string().nullish(), data: z.unknown() })
const Session = z.looseObject({ sessionId: z.string() })
const User = z.looseObject({ id: z.int(), userName: z.string(), email: z.string().nullish() })
const Tenants = z.array(z.looseObject({ id: z.int(), tenantCode: z.string() }))

/** A fresh server's admin gets a token, and a tenant that exists on this machine: 3.1 has none. */
export async function prepareStandalone(
  url: string,
): Promise<{ readonly token: string; readonly tenant: string }> {
  const { sessionId } = Session.parse(
    await call(url, 'POST', 'login', {
      form: { userName: 'admin', userPassword: 'dolphinscheduler123' },
    }),
  )
  const headers = { sessionId }
  const token = randomBytes(16).toString('hex')
  await call(url, 'POST', 'access-tokens', {
    headers,
    form: { userId: '1', expireTime: '2099-01-01 00:00:00', token },
  })
  const tenant = userInfo().username
  await call(url, 'POST', 'tenants', {
    headers,
    form: { tenantCode: tenant, queueId: '1', description: '' },
  })
  const tenants = Tenants.parse(await call(url, 'GET', 'tenants/list', { headers }))
  const tenantId = tenants.find((entry) => entry.tenantCode === tenant)?.id
  const user = User.parse(await call(url, 'GET', 'users/get-user-info', { headers }))
  await call(url, 'POST', 'users/update', {
    headers,
    form: {
      id: String(user.id),
      userName: user.userName,
      userPassword: '',
      tenantId: String(tenantId),
      email: user.email ?? 'admin@example.com',
      phone: '',
      queue: '',
      state: '1',
      timeZone: 'UTC',
    },
  })
  return { token, tenant }
}

interface CallInput {
  readonly headers?: Readonly<Record<string, string>>
  readonly form?: Readonly<Record<string, string>>
}

async function call(
  url: string,
  method: string,
  path: string,
  { headers = {}, form }: CallInput,
): Promise<unknown> {
  const reply = await fetch(`${url}/${path}`, {
    method,
    headers,
    ...(form ? { body: new URLSearchParams(form) } : {}),
    signal: AbortSignal.timeout(20_000),
  })
  const answer = Envelope.parse(await reply.json())
  if (answer.code !== 0)
    throw new Error(
      `DolphinScheduler refused ${method} ${path}: ${answer.code} ${answer.msg ?? ''}`,
    )
  return answer.data
}
