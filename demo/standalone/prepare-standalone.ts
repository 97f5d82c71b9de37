import { randomBytes } from 'node:crypto'
import { userInfo } from 'node:os'
import { z } from 'zod'
import { must } from '#src/lib/must.ts'

/** Of every new server. */
export const ADMIN_LOGIN = { user: 'admin', password: 'dolphinscheduler123' } as const

const Envelope = z.looseObject({ code: z.number(), msg: z.string().nullish(), data: z.unknown() })
const Session = z.looseObject({ sessionId: z.string() })
const User = z.looseObject({ id: z.int(), userName: z.string(), email: z.string().nullish() })
const Tenants = z.array(z.looseObject({ id: z.int(), tenantCode: z.string() }))

type Send = (
  method: 'GET' | 'POST',
  path: string,
  form?: Readonly<Record<string, string>>,
) => Promise<unknown>

/** A fresh server's admin gets a token, and a tenant that exists on this machine: 3.1 has none. */
export async function prepareStandalone(
  url: string,
): Promise<{ readonly token: string; readonly tenant: string }> {
  const { sessionId } = Session.parse(
    await createSend(url, {})('POST', 'login', {
      userName: ADMIN_LOGIN.user,
      userPassword: ADMIN_LOGIN.password,
    }),
  )
  const send = createSend(url, { sessionId })
  const user = User.parse(await send('GET', 'users/get-user-info'))
  const tenant = userInfo().username
  await send('POST', 'users/update', {
    id: String(user.id),
    userName: user.userName,
    userPassword: '',
    tenantId: String(await tenantId(send, tenant)),
    email: user.email ?? 'admin@example.com',
    phone: '',
    queue: '',
    state: '1',
    timeZone: 'UTC',
  })
  const token = randomBytes(16).toString('hex')
  await send('POST', 'access-tokens', {
    userId: String(user.id),
    expireTime: '2099-01-01 00:00:00',
    token,
  })
  return { token, tenant }
}

async function tenantId(send: Send, tenantCode: string): Promise<number> {
  const find = async () => {
    const tenants = Tenants.parse(await send('GET', 'tenants/list'))
    return tenants.find((tenant) => tenant.tenantCode === tenantCode)?.id
  }
  const known = await find()
  if (known !== undefined) return known
  await send('POST', 'tenants', { tenantCode, queueId: '1', description: '' })
  return must(await find(), 'a created tenant is listed')
}

/** Sends to the server and opens its envelope. */
function createSend(url: string, headers: Readonly<Record<string, string>>): Send {
  return async (method, path, form) => {
    const reply = await fetch(`${url}/${path}`, {
      method,
      headers,
      ...(form ? { body: new URLSearchParams(form) } : {}),
      signal: AbortSignal.timeout(20_000),
    })
    const { code, msg, data } = Envelope.parse(await reply.json())
    if (code === 0) return data
    throw new Error(`DolphinScheduler refused ${method} ${path}: ${code} ${msg ?? ''}`)
  }
}
