import type { JsonObject } from '#src/lib/json.ts'
import { cutPage, pageOf } from '../answers/page.ts'
import { accept, refuse } from '../answers/reply.ts'
import type { Reply } from '../answers/reply.ts'
import type { Rules } from '../families.ts'
import type { User } from '../state/access.ts'
import type { Project } from '../state/model.ts'
import { wireTime } from '../state/wire-time.ts'
import { createSpace } from '../state/world.ts'
import type { ProjectSpace } from '../state/world.ts'
import { intParam, isAllowed, pageAsked, toWrite } from './route.ts'
import type { Ask, Route } from './route.ts'

export const projectRoutes: readonly Route[] = [
  { method: 'GET', path: '/projects', answer: listProjects },
  { method: 'GET', path: '/projects/created-and-authed', answer: createdAndAuthed },
  {
    method: 'GET',
    path: '/projects/project-with-authorized-level-list-paging',
    answer: listLevels,
  },
  { method: 'POST', path: '/projects', answer: createProject },
  { method: 'GET', path: '/projects/{project}', answer: getProject },
  {
    method: 'GET',
    path: '/projects/{project}/task-definition/gen-task-codes',
    answer: makeTaskCodes,
  },
  { method: 'DELETE', path: '/projects/{project}', answer: toWrite(deleteProject) },
]

function listProjects(ask: Ask): Reply {
  const page = pageAsked(ask)
  if (page === null) return refuse(ask.rules, 'project.page_params')
  if (page === 'bad_size') return refuse(ask.rules, 'list.page_size')
  const all = own(ask)
  const perm = ask.user.isAdmin ? 0 : 7
  const rows = cutPage(all, page).map((space) => ({
    ...projectRow(ask.rules, space, space.project.user.name),
    perm,
  }))
  return accept(ask.rules, 'project.page', pageOf(ask.rules, page, { rows, total: all.length }))
}

/** Newest first. */
function own({ world, user }: Ask): readonly ProjectSpace[] {
  return [...world.spaces.values()].filter((space) => isAllowed(user, space)).reverse()
}

/** As what another user or oneself may touch what one sees. 3.1 reads the path as a project's code. */
function listLevels(ask: Ask): Reply {
  const { rules, world, params } = ask
  if (rules.family === '3.1') return refuse(rules, 'project.no_code')
  const page = pageAsked(ask)
  if (page === null) return refuse(rules, 'project.page_params')
  if (page === 'bad_size') return refuse(rules, 'list.page_size')
  const user = world.access.findUserById(intParam(params, 'userId') ?? 0)
  const all = own(ask)
  const rows = cutPage(all, page).map((space) => ({
    ...projectRow(rules, space, space.project.user.name),
    perm: user === null ? 0 : levelOf(user, space),
  }))
  return accept(rules, 'project.levels', pageOf(rules, page, { rows, total: all.length }))
}

/** A grant hides that the user owns the project. */
function levelOf(user: User, space: ProjectSpace): number {
  const grant = space.grants.get(user.id)
  if (grant !== undefined) return grant === 'read' ? 2 : 7
  return isAllowed(user, space) ? 7 : 0
}

function getProject({ world, rules, user, path }: Ask): Reply {
  const code = path['project'] ?? ''
  const space = world.spaces.get(code)
  if (!space) return refuse(rules, 'project.get_missing')
  if (!isAllowed(user, space)) {
    return refuse(rules, 'project.get_forbidden', [user.name, code, space.project.name])
  }
  return accept(rules, 'project.detail', projectRow(rules, space, null))
}

function createdAndAuthed(ask: Ask): Reply {
  const rows = own(ask).map((space) => projectRow(ask.rules, space, null))
  return accept(ask.rules, 'project.created_and_authed', rows)
}

function createProject(ask: Ask): Reply {
  const { world, rules, now, params, user } = ask
  const name = params.get('projectName') ?? ''
  if (world.projectCodesByName.has(name)) return refuse(rules, 'project.exists', [name])
  const project: Project = {
    id: world.nextId('project'),
    code: world.nextCode(),
    name,
    description: params.get('description') ?? '',
    user,
    createdAt: now,
  }
  const space = createSpace(project)
  world.spaces.set(project.code, space)
  world.projectCodesByName.set(name, project.code)
  return accept(rules, 'project.created', projectRow(rules, space, user.name))
}

function deleteProject({ world, rules }: Ask, space: ProjectSpace): Reply {
  if (space.definitions.size > 0) return refuse(rules, 'project.not_empty')
  world.spaces.delete(space.project.code)
  world.projectCodesByName.delete(space.project.name)
  return accept(rules, 'project.deleted', true)
}

/** Whoever asks, and of whatever project. */
function makeTaskCodes({ world, rules, params }: Ask): Reply {
  const length = Math.min(intParam(params, 'genNum') ?? 0, 100)
  const codes = Array.from({ length }, () => Number(world.nextCode()))
  return accept(rules, 'task_codes.made', codes)
}

function projectRow(rules: Rules, space: ProjectSpace, userName: string | null): JsonObject {
  const { project } = space
  return {
    id: project.id,
    userId: project.user.id,
    userName,
    code: Number(project.code),
    name: project.name,
    description: project.description,
    createTime: wireTime(project.createdAt, rules.userZone),
    updateTime: wireTime(project.createdAt, rules.userZone),
    perm: 0,
    defCount: space.definitions.size,
    ...(rules.word === 'process' ? { instRunningCount: 0 } : {}),
  }
}
