import { z } from 'zod'
import type { EngineFamily } from '#src/engine/catalog.ts'
import type { CallOptions, EngineAddress } from '#src/engine/engine.ts'
import { AppError } from '#src/lib/errors.ts'
import { readEnvelope, readJson, unauthenticated, unusable } from './envelope.ts'
import type { WireDeps } from './wire.ts'
import { ask } from './wire.ts'

interface Server {
  readonly address: EngineAddress
  readonly deps: WireDeps
  readonly options: CallOptions
}

const ApiDocs = z.looseObject({ paths: z.record(z.string(), z.unknown()) })
const ProductInfo = z.looseObject({ version: z.string() })

/**
 * By what the server can do, not by what it says: 3.2.2 calls itself 3.3.0.
 * @throws AppError `engine.unknown_family` when it is none of them or does not let itself be asked.
 */
export async function detectFamily(
  deps: WireDeps,
  address: EngineAddress,
  options: CallOptions,
): Promise<EngineFamily> {
  const server = { address, deps, options }
  return (await familyByPaths(server)) ?? (await familyByProbing(server))
}

/** The API documentation of 3.2 and later lists the endpoints; 3.1 has none at this path. */
async function familyByPaths(server: Server): Promise<EngineFamily | null> {
  const docs = ApiDocs.safeParse(await askJson(server, 'v3/api-docs'))
  if (!docs.success) return null
  const paths = Object.keys(docs.data.paths)
  const has = (part: string): boolean => paths.some((path) => path.includes(part))
  if (has('/workflow-definition')) return has('/oidc-providers') ? '3.4' : '3.3'
  if (!has('/process-definition')) return null
  return has('/executors/execute-task') ? '3.2' : '3.1'
}

async function familyByProbing(server: Server): Promise<EngineFamily> {
  if (await isThere(server, 'projects/0/workflow-definition/simple-list')) {
    return familyByVersion(server)
  }
  if (!(await isThere(server, 'projects/0/process-definition/simple-list'))) throw unknownFamily()
  return (await isThere(server, 'projects/0/worker-group')) ? '3.2' : '3.1'
}

/** 3.3 and 3.4 look alike from outside; their own number is all that is left, and it is true. */
async function familyByVersion(server: Server): Promise<EngineFamily> {
  const reply = z
    .looseObject({ data: ProductInfo })
    .safeParse(await askJson(server, 'ui-plugins/query-product-info'))
  const version = reply.success ? reply.data.data.version : ''
  if (version.startsWith('3.3.')) return '3.3'
  if (/^3\.[4-9]\./.test(version)) return '3.4'
  throw unknownFamily()
}

/** Anything that the API itself says, a refusal too; not the UI's page, not a bare 404. */
async function isThere(server: Server, path: string): Promise<boolean> {
  const answer = await askServer(server, path)
  const Known = z.looseObject({ code: z.int() }).or(z.looseObject({ msg: z.string() }))
  return readEnvelope(answer) !== null || Known.safeParse(readJson(answer)).success
}

async function askJson(server: Server, path: string): Promise<unknown> {
  return readJson(await askServer(server, path))
}

async function askServer({ address, deps, options }: Server, path: string) {
  const operation = 'probe.family'
  const answer = await ask({ address, deps }, { operation, method: 'GET', path, options })
  if (answer.status === 401) throw unauthenticated(operation)
  if (answer.status >= 500 || answer.status === 429) {
    throw unusable(operation, `http_${answer.status}`)
  }
  return answer
}

function unknownFamily(): AppError {
  return new AppError(
    'upstream',
    'engine.unknown_family',
    'the server is no DolphinScheduler that is known here, or hides it: the address has to end with the context path, usually /dolphinscheduler; where it does, pin the family',
  )
}
