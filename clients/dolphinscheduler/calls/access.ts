import { z } from 'zod'
import type { CallOptions, Engine } from '#src/engine/engine.ts'
import { isRefusal } from '#src/engine/outcome.ts'
import type { ProjectAccess } from '#src/engine/rights.ts'
import { isAppError } from '#src/lib/errors.ts'
import { PAGE_SIZE, PageOf, readAllPages } from '../paging.ts'
import { remedies } from '../remedies.ts'
import { Code } from '../wire/fields.ts'
import type { Wire } from '../wire.ts'
import { Nothing, call, tryCall } from '../wire.ts'
import { readUser } from './user.ts'

/** The only level that the engine takes for writing. */
const ALL = 7
const Levels = PageOf(z.looseObject({ code: Code, userId: z.int(), perm: z.int().nullish() }))

export function accessCalls(
  wire: Wire,
): Pick<Engine, 'readUser' | 'readProjectAccess' | 'remedyFor'> {
  const { hasProjectLevels, family } = wire.dialect
  return {
    readUser: async (options) => {
      const { user } = await readUser(wire, options)
      return { name: user.userName, isAdmin: user.isAdmin }
    },
    readProjectAccess: async (projectCode, options) => {
      if (!hasProjectLevels) return accessBySight(wire, projectCode, options)
      const { user } = await readUser(wire, options)
      if (user.isAdmin) return accessBySight(wire, projectCode, options)
      const level = await readLevel(wire, { projectCode, userId: user.id }, options)
      if (level !== 'unknown') return level
      const isSeen = (await accessBySight(wire, projectCode, options)) !== 'none'
      return isSeen ? 'unknown' : 'none'
    },
    remedyFor: (right) => remedies(family)[right],
  }
}

/** Where seeing is writing: up to 3.1 there are no levels, and an admin has all of them. */
async function accessBySight(
  wire: Wire,
  projectCode: string,
  options: CallOptions,
): Promise<ProjectAccess> {
  const path = `projects/${projectCode}`
  const operation = 'project.get'
  const outcome = await tryCall(wire, { operation, method: 'GET', path, options }, Nothing)
  if (outcome.kind === 'ok') return 'write'
  if (outcome.means === 'forbidden' || outcome.means === 'not_found') return 'none'
  throw outcome.error
}

/**
 * By the list that the authorize dialog of the UI reads. The plain list shows every project of a
 * general user as writable.
 */
async function readLevel(
  wire: Wire,
  { projectCode, userId }: { readonly projectCode: string; readonly userId: number },
  options: CallOptions,
): Promise<ProjectAccess> {
  const path = 'projects/project-with-authorized-level-list-paging'
  const operation = 'project.levels'
  try {
    const rows = await readAllPages((pageNo) => {
      const query = { userId, pageNo, pageSize: PAGE_SIZE }
      return call(wire, { operation, method: 'GET', path, query, options }, Levels)
    })
    const row = rows.find(({ code }) => code === projectCode)
    if (!row) return 'none'
    // An owner who was granted reading as well is shown with reading, and may write.
    if (row.userId === userId || row.perm === ALL) return 'write'
    if (row.perm === null || row.perm === undefined) return 'unknown'
    return row.perm === 0 ? 'none' : 'read'
  } catch (error) {
    if (isUntold(error)) return 'unknown'
    throw error
  }
}

/** The server answers, but not to this question: it is said of the right, not of the server. */
function isUntold(error: unknown): boolean {
  if (!isAppError(error)) return false
  if (error.details['reason'] === 'http_404') return true
  return isRefusal(error) && error.code !== 'engine.unauthenticated'
}
