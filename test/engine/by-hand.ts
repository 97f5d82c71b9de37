import { z } from 'zod'
import type { EngineUnderTest } from './conformance/bench.ts'

const Reply = z.looseObject({ code: z.int(), msg: z.string().nullish(), data: z.unknown() })

/** What an administrator does by hand, which is no part of the port. */
export async function askByHand(
  { fetch, baseUrl, token }: Pick<EngineUnderTest, 'fetch' | 'baseUrl' | 'token'>,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  form: Record<string, unknown> = {},
): Promise<{ readonly code: number; readonly msg: string; readonly data: unknown }> {
  const fields = new URLSearchParams(
    Object.entries(form).map(([name, value]): [string, string] => [name, String(value)]),
  ).toString()
  const answer = await fetch(
    method === 'POST' ? `${baseUrl}/${path}` : `${baseUrl}/${path}?${fields}`,
    {
      method,
      redirect: 'manual',
      headers: { token, 'content-type': 'application/x-www-form-urlencoded' },
      ...(method === 'POST' ? { body: fields } : {}),
      signal: AbortSignal.timeout(20_000),
    },
  )
  const { code, msg, data } = Reply.parse(JSON.parse(await answer.text()))
  return { code, msg: msg ?? '', data }
}

/** The same, where anything but a yes is a fault of the test. */
export async function doByHand(...asked: Parameters<typeof askByHand>): Promise<unknown> {
  const { code, msg, data } = await askByHand(...asked)
  if (code !== 0) throw new Error(`${asked[1]} ${asked[2]}: ${code} ${msg}`)
  return data
}
