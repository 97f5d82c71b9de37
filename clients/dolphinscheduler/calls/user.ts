import { z } from 'zod'
import type { HttpAnswer } from '#clients/http/http-client.ts'
import type { CallOptions } from '#src/engine/engine.ts'
import { mustBeEnvelope } from '../envelope.ts'
import { refusalError } from '../refusal.ts'
import type { Wire } from '../wire.ts'
import { ask, readData } from '../wire.ts'

/** Only what is needed: 3.1 answers with the user's password hash as well. */
const User = z
  .looseObject({
    id: z.int(),
    userName: z.string(),
    userType: z.string(),
    timeZone: z.string().nullish(),
  })
  .transform(({ id, userName, userType, timeZone }) => ({
    id,
    userName,
    timeZone,
    isAdmin: userType === 'ADMIN_USER',
  }))

/** Whose token it is. */
export async function readUser(
  wire: Wire,
  options: CallOptions,
): Promise<{ readonly user: z.output<typeof User>; readonly answer: HttpAnswer }> {
  const operation = 'probe.user'
  const answer = await ask(wire, {
    operation,
    method: 'GET',
    path: 'users/get-user-info',
    options,
  })
  const envelope = mustBeEnvelope(operation, answer)
  if (envelope.code !== 0) {
    throw refusalError({ operation, code: envelope.code, message: envelope.msg })
  }
  return { user: readData(operation, User, envelope.data), answer }
}
