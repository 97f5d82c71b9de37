import { z } from 'zod'
import type { CallOptions, DefinitionRef, Engine } from '#src/engine/engine.ts'
import type { LiveDefinition } from '#src/engine/definition.ts'
import { definitionForm } from '../wire/definition-form.ts'
import { PageOf, readAllPages } from '../paging.ts'
import { definitionDetail, definitionHead } from '../wire/definition-wire.ts'
import { Code } from '../wire/fields.ts'
import type { Wire, WireCall } from '../wire.ts'
import { Nothing, call, tryCall } from '../wire.ts'

const NO_SUCH_DEFINITION = 50003
/** Rows are small, and the engine sets no limit. */
const HEADS_A_PAGE = 500

const Summaries = z.array(
  z.looseObject({ code: Code, name: z.string() }).transform(({ code, name }) => ({ code, name })),
)
const Created = z.looseObject({ code: Code })

type DefinitionCalls = Pick<
  Engine,
  | 'listDefinitions'
  | 'listDefinitionHeads'
  | 'findDefinition'
  | 'findDefinitionByName'
  | 'createDefinition'
  | 'updateDefinition'
  | 'setDefinitionOnline'
  | 'setDefinitionOffline'
  | 'deleteDefinition'
>

export function definitionCalls(wire: Wire): DefinitionCalls {
  const { dialect } = wire
  const base = (projectCode: string): string =>
    `projects/${projectCode}/${dialect.paths.definitions}`
  return {
    listDefinitions: async (projectCode, options) => {
      const path = `${base(projectCode)}/simple-list`
      return call(wire, { operation: 'definition.list', method: 'GET', path, options }, Summaries)
    },
    listDefinitionHeads: async (projectCode, options) => {
      const Page = PageOf(definitionHead(wire.address.userTimeZone))
      const path = base(projectCode)
      return readAllPages((pageNo) => {
        const query = { pageNo, pageSize: HEADS_A_PAGE, searchVal: '' }
        return call(
          wire,
          { operation: 'definition.list', method: 'GET', path, query, options },
          Page,
        )
      })
    },
    findDefinition: async (at, options) => {
      const path = `${base(at.projectCode)}/${at.code}`
      return find(wire, { operation: 'definition.get', method: 'GET', path, options })
    },
    findDefinitionByName: async ({ projectCode, name }, options) => {
      const path = `${base(projectCode)}/query-by-name`
      const query = { name }
      const operation = 'definition.get_by_name'
      const found = await find(wire, { operation, method: 'GET', path, query, options })
      // The engine's database may take names that only look alike for the same.
      return found?.definition.name === name ? found : null
    },
    createDefinition: async (input, options) => {
      const path = base(input.projectCode)
      const form = definitionForm(input, {}, dialect)
      const created = await call(
        wire,
        { operation: 'definition.create', method: 'POST', path, form, options },
        Created,
      )
      return created.code
    },
    updateDefinition: async (input, options) => {
      const path = `${base(input.projectCode)}/${input.code}`
      const form = definitionForm(input, input.taskVersions, dialect)
      await call(
        wire,
        { operation: 'definition.update', method: 'PUT', path, form, options },
        Nothing,
      )
    },
    setDefinitionOnline: async (at, options) => release(wire, at, { to: 'ONLINE', options }),
    setDefinitionOffline: async (at, options) => release(wire, at, { to: 'OFFLINE', options }),
    deleteDefinition: async (at, options) => {
      const path = `${base(at.projectCode)}/${at.code}`
      await call(wire, { operation: 'definition.delete', method: 'DELETE', path, options }, Nothing)
    },
  }
}

async function find(wire: Wire, request: WireCall): Promise<LiveDefinition | null> {
  const outcome = await tryCall(wire, request, definitionDetail(wire.address.userTimeZone))
  if (outcome.kind === 'ok') return outcome.data
  if (outcome.engineCode === NO_SUCH_DEFINITION) return null
  throw outcome.error
}

async function release(
  wire: Wire,
  at: DefinitionRef,
  { to, options }: { readonly to: 'ONLINE' | 'OFFLINE'; readonly options: CallOptions },
): Promise<void> {
  const path = `projects/${at.projectCode}/${wire.dialect.paths.definitions}/${at.code}/release`
  const form = { releaseState: to }
  await call(
    wire,
    {
      operation: 'definition.release',
      method: 'POST',
      path,
      form,
      isRepeatable: true,
      options,
    },
    Nothing,
  )
}
