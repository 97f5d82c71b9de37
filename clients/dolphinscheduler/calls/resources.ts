import { z } from 'zod'
import type { EngineResource } from '#src/engine/catalog.ts'
import type { CallOptions, Engine } from '#src/engine/engine.ts'
import { isRefusal } from '#src/engine/outcome.ts'
import { isAppError } from '#src/lib/errors.ts'
import { PAGE_SIZE, PageOf, readAllPages } from '../paging.ts'
import type { Wire, WireCall } from '../wire.ts'
import { call } from '../wire.ts'

const operation = 'catalog.resources'
const Row = z.looseObject({ id: z.int(), fullName: z.string() })
/** "dirctory" is the engine's own spelling. */
const Node = z.looseObject({
  fullName: z.string(),
  dirctory: z.boolean(),
  get children() {
    return z.array(Node).nullish()
  },
})
type Node = z.output<typeof Node>
const Tree = z.array(Node)
const Page = PageOf(z.looseObject({ fullName: z.string(), directory: z.boolean().nullish() }))

/** Paths below the tenant's root; a path with a storage's own prefix stands for itself. */
export function resourceCalls(
  wire: Wire,
): Pick<Engine, 'listResources' | 'findResource' | 'findResourceById' | 'readResourceRoot'> {
  const readResourceRoot = async (options: CallOptions): Promise<string | null> => {
    if (wire.dialect.resources === 'rows') return null
    const query = { type: 'FILE' }
    const path = 'resources/base-dir'
    const root = await call(wire, { operation, method: 'GET', path, query, options }, z.string())
    return root.replace(/\/+$/, '')
  }
  return {
    readResourceRoot,
    listResources: async (options) => {
      const root = await readResourceRoot(options)
      // 3.2 wants the name of a folder, the others ignore it.
      const query = { type: 'FILE', fullName: root ?? '' }
      const tree = await call(
        wire,
        { operation, method: 'GET', path: 'resources/list', query, options },
        Tree,
      )
      return [...new Set(filesIn(tree).map((name) => belowRoot(name, root)))]
    },
    findResource: async (path, options) => {
      if (wire.dialect.resources === 'rows') {
        const query = { fullName: path.startsWith('/') ? path : `/${path}`, type: 'FILE' }
        return findRow(wire, { path: 'resources/0', query }, options)
      }
      const fullName = isAbsolute(path)
        ? path
        : `${(await readResourceRoot(options)) ?? ''}/${path}`
      return findFile(wire, fullName, options)
    },
    // Without `/query` the engine answers with the folder that the file is in.
    findResourceById: async (id, options) =>
      wire.dialect.resources === 'rows'
        ? findRow(wire, { path: `resources/${id}/query` }, options)
        : null,
  }
}

function filesIn(nodes: readonly Node[]): readonly string[] {
  return nodes.flatMap(({ fullName, dirctory, children }) =>
    dirctory ? filesIn(children ?? []) : [fullName],
  )
}

function belowRoot(fullName: string, root: string | null): string {
  if (root === null) return fullName.replace(/^\/+/, '')
  return fullName.startsWith(`${root}/`) ? fullName.slice(root.length + 1) : fullName
}

export function isAbsolute(path: string): boolean {
  return path.startsWith('/') || /^[a-z][a-z0-9+.-]*:/i.test(path)
}

/** 3.1: one row a file. */
async function findRow(
  wire: Wire,
  asked: Pick<WireCall, 'path' | 'query'>,
  options: CallOptions,
): Promise<EngineResource | null> {
  try {
    return await call(
      wire,
      { operation, method: 'GET', ...asked, options },
      Row.transform(({ id, fullName }) => ({ id, fullName })),
    )
  } catch (error) {
    if (isAppError(error, 'not_found') && isRefusal(error)) return null
    throw error
  }
}

/** Later families know no single file: its folder is looked through. */
async function findFile(
  wire: Wire,
  fullName: string,
  options: CallOptions,
): Promise<EngineResource | null> {
  const folder = fullName.slice(0, fullName.lastIndexOf('/'))
  const rows = await readAllPages((pageNo) =>
    call(
      wire,
      {
        operation,
        method: 'GET',
        path: 'resources',
        // Each of the last two is required by one of the families, empty as it may be.
        query: {
          type: 'FILE',
          fullName: folder,
          pageNo,
          pageSize: PAGE_SIZE,
          tenantCode: '',
          searchVal: '',
        },
        options,
      },
      Page,
    ),
  )
  const isThere = rows.some((row) => row.fullName === fullName && row.directory !== true)
  return isThere ? { id: null, fullName } : null
}
