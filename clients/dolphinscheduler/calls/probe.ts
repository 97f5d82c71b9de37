import { z } from 'zod'
import type { HttpAnswer } from '#clients/http/http-client.ts'
import type { EngineFamily, EngineProbe } from '#src/engine/catalog.ts'
import type { CallOptions, Engine } from '#src/engine/engine.ts'
import { skewBounds, skewOf } from '../clock-skew.ts'
import { mustBeEnvelope, readEnvelope, readJson } from '../envelope.ts'
import { refusalError } from '../refusal.ts'
import type { Wire } from '../wire.ts'
import { ask, readData } from '../wire.ts'

/** Only what is needed: 3.1 answers with the user's password hash as well. */
const User = z.looseObject({
  userName: z.string(),
  userType: z.string(),
  timeZone: z.string().nullish(),
})
const ProductInfo = z.looseObject({ version: z.string() })
const ApiDocs = z.looseObject({ info: z.looseObject({ version: z.string() }) })

const SKEW_WARNING_MS = 1000

export function probeCalls(wire: Wire): Pick<Engine, 'probe'> {
  return {
    probe: async (options) => {
      const { user, answer } = await readUser(wire, options)
      const versionAnswer = await askVersion(wire, options)
      const versionText = versionOf(versionAnswer)
      const bounds = [answer, versionAnswer].flatMap((each) => skewBounds(each) ?? [])
      const skewMs = skewOf(bounds)
      const isAdmin = user.userType === 'ADMIN_USER'
      const warnings = [
        ...(isAdmin ? ['the token belongs to an administrator: a general user is enough'] : []),
        ...(bounds.length === 0 ? ['the engine tells no time: its clock was not compared'] : []),
        ...(Math.abs(skewMs) > SKEW_WARNING_MS ? [`the clocks differ by ${skewMs} ms`] : []),
        ...versionWarnings(wire.dialect.family, versionText),
      ]
      return {
        family: wire.dialect.family,
        versionText,
        userName: user.userName,
        isAdmin,
        userTimeZone: user.timeZone || wire.address.serverTimeZone,
        skewMs,
        warnings,
      } satisfies EngineProbe
    },
  }
}

async function readUser(wire: Wire, options: CallOptions) {
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

/** From 3.3 on there is a call for it; before, only the API documentation says something. */
async function askVersion(wire: Wire, options: CallOptions): Promise<HttpAnswer> {
  const hasCall = wire.dialect.family === '3.3' || wire.dialect.family === '3.4'
  return ask(wire, {
    operation: 'probe.version',
    method: 'GET',
    path: hasCall ? 'ui-plugins/query-product-info' : 'v3/api-docs',
    options,
  })
}

function versionOf(answer: HttpAnswer): string | null {
  const product = ProductInfo.safeParse(readEnvelope(answer)?.data)
  if (product.success) return product.data.version
  const docs = ApiDocs.safeParse(readJson(answer))
  return docs.success && docs.data.info.version !== 'unknown' ? docs.data.info.version : null
}

function versionWarnings(family: EngineFamily, versionText: string | null): readonly string[] {
  if (versionText === null) {
    return family === '3.1' ? [] : ['the engine does not tell its version']
  }
  // 3.2.2 was released with the number of the version after it.
  const isKnown =
    versionText.startsWith(`${family}.`) || (family === '3.2' && versionText === '3.3.0')
  return isKnown ? [] : [`version ${versionText} is not known; it is spoken to as ${family}`]
}
