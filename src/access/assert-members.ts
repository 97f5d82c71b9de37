import type { OrgReader } from '../db/database.ts'
import { AppError } from '../lib/errors.ts'
import { pointerOf } from '../lib/pointer.ts'
import { namesOfMembers } from './member-store.ts'

/** A name that is nobody's would wait for a person who never comes. `under`: the list's place. */
export async function assertMembers(
  at: OrgReader,
  names: readonly string[],
  under: readonly string[],
): Promise<void> {
  const known = await namesOfMembers(at, names)
  const issues = names.flatMap((name, index) =>
    known.has(name)
      ? []
      : [
          {
            pointer: pointerOf([...under, index]),
            code: 'member.not_found' as const,
            message: `no member is named "${name}"`,
          },
        ],
  )
  if (issues.length > 0)
    throw new AppError('invalid', 'request.invalid', 'names that are nobody’s', { issues })
}
