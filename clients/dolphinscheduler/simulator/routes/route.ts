import type { Reply } from '../answers/reply.ts'
import { refuse } from '../answers/reply.ts'
import type { PageAsked } from '../answers/page.ts'
import type { Rules } from '../families.ts'
import type { User } from '../state/access.ts'
import type { Definition } from '../state/model.ts'
import type { ProjectSpace, World } from '../state/world.ts'

/** One request, taken apart. */
export interface Ask {
  readonly world: World
  readonly rules: Rules
  readonly user: User
  readonly now: number
  /** What stood for the `{name}`s of the path. */
  readonly path: Readonly<Record<string, string>>
  /** Query and form, which the engine does not tell apart. */
  readonly params: URLSearchParams
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** `{definitions}`, `{instances}` and `{start}` are the family's own words. */
  readonly path: string
  readonly answer: (ask: Ask) => Reply
  /** Also without a token. */
  readonly isOpen?: true
}

export type InProject = (ask: Ask, space: ProjectSpace) => Reply
export type InDefinition = (
  ask: Ask,
  at: { readonly space: ProjectSpace; readonly definition: Definition },
) => Reply

export function inProject(answer: InProject): Route['answer'] {
  return inSpace(answer, 'project.forbidden', isAllowed)
}

/** For what changes the project's own: refused in other words since 3.2. */
export function toWrite(answer: InProject): Route['answer'] {
  return inSpace(answer, 'project.write_forbidden', mayWrite)
}

function inSpace(
  answer: InProject,
  forbidden: 'project.forbidden' | 'project.write_forbidden',
  may: typeof isAllowed,
): Route['answer'] {
  return (ask) => {
    const space = ask.world.spaces.get(ask.path['project'] ?? '')
    if (!space) return refuse(ask.rules, 'project.missing')
    if (!may(ask.user, space)) {
      return refuse(ask.rules, forbidden, [ask.user.name, space.project.code])
    }
    return answer(ask, space)
  }
}

export function isAllowed(user: User, { project, grants }: ProjectSpace): boolean {
  return user.isAdmin || project.user.id === user.id || grants.has(user.id)
}

export function mayWrite(user: User, { project, grants }: ProjectSpace): boolean {
  return user.isAdmin || project.user.id === user.id || grants.get(user.id) === 'all'
}

/** Only who made a thing, or an admin, may delete it. */
export function mayDelete(user: User, thing: { readonly user: User }): boolean {
  return user.isAdmin || thing.user.id === user.id
}

export function inDefinition(answer: InDefinition, within = inProject): Route['answer'] {
  return within((ask, space) => {
    const code = ask.path['code'] ?? ''
    const definition = space.definitions.get(code)
    if (!definition) return refuse(ask.rules, 'definition.missing', [code])
    return answer(ask, { space, definition })
  })
}

/** null: missing or no numbers; a size below 1 is told apart. */
export function pageAsked({ params }: Ask): PageAsked | 'bad_size' | null {
  const pageNo = intParam(params, 'pageNo')
  const pageSize = intParam(params, 'pageSize')
  if (pageNo === null || pageSize === null) return null
  return pageSize < 1 || pageNo < 1 ? 'bad_size' : { pageNo, pageSize }
}

export function intParam(params: URLSearchParams, name: string): number | null {
  const text = params.get(name)
  return text !== null && /^-?\d+$/.test(text.trim()) ? Number(text) : null
}

/** The first that is missing of what the call cannot do without. */
export function missingParam(params: URLSearchParams, names: readonly string[]): string | null {
  return names.find((name) => !params.has(name)) ?? null
}
