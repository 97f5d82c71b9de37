import { z } from 'zod'
import type { HttpAnswer } from '#clients/http/http-client.ts'
import type { EngineFamily, EngineProbe } from '#src/engine/catalog.ts'
import type { CallOptions, Engine } from '#src/engine/engine.ts'
import { skewBounds, skewOf } from '../clock-skew.ts'
import { readEnvelope, readJson } from '../envelope.ts'
import type { Wire } from '../wire.ts'
import { ask } from '../wire.ts'
import { readUser } from './user.ts'

const ProductInfo = z.looseObject({ version: z.string() })
const ApiDocs = z.looseObject({ info: z.looseObject({ version: z.string() }) })

const SKEW_WARNING_MS = 1000
const ADMIN_WARNING =
  'the token belongs to an administrator, who may change everything in every project: a general user with write grant on the projects of the environments is enough'

export function probeCalls(wire: Wire): Pick<Engine, 'probe'> {
  return {
    probe: async (options) => {
      const { user, answer } = await readUser(wire, options)
      const versionAnswer = await askVersion(wire, options)
      const versionText = versionOf(versionAnswer)
      const bounds = [answer, versionAnswer].flatMap((each) => skewBounds(each) ?? [])
      const skewMs = skewOf(bounds)
      const { isAdmin } = user
      const warnings = [
        ...(isAdmin ? [ADMIN_WARNING] : []),
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
