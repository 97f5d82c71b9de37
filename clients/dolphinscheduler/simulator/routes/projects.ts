import type { JsonObject } from '#src/lib/json.ts'
import { cutPage, pageOf } from '../answers/page.ts'
import { accept, refuse } from '../answers/reply.ts'
import type { Reply } from '../answers/reply.ts'
import type { Rules } from '../families.ts'
import type { Project } from '../state/model.ts'
import { wireTime } from '../state/wire-time.ts'
import { createSpace } from '../state/world.ts'
import type { ProjectSpace } from '../state/world.ts'
import { inProject, pageAsked } from './route.ts'
import type { Ask, Route } from './route.ts'

export const projectRoutes: readonly Route[] = [
  { method: 'GET', path: '/projects', answer: listProjects },
  { method: 'GET', path: '/projects/created-and-authed', answer: createdAndAuthed },
  { method: 'POST', path: '/projects', answer: createProject },
  { method: 'DELETE', path: '/projects/{project}', answer: inProject(deleteProject) },
]

function listProjects(ask: Ask): Reply {
  const page = pageAsked(ask)
  if (page === null) return refuse(ask.rules, 'project.page_params')
  if (page === 'bad_size') return refuse(ask.rules, 'list.page_size')
  const all = [...ask.world.spaces.values()].reverse()
  const rows = cutPage(all, page).map((space) => projectRow(ask.rules, space, 'admin'))
  return accept(ask.rules, 'project.page', pageOf(ask.rules, page, { rows, total: all.length }))
}

function createdAndAuthed(ask: Ask): Reply {
  const rows = [...ask.world.spaces.values()].map((space) => projectRow(ask.rules, space, null))
  return accept(ask.rules, 'project.created_and_authed', rows.reverse())
}

function createProject(ask: Ask): Reply {
  const { world, rules, now, params } = ask
  const name = params.get('projectName') ?? ''
  if (world.projectCodesByName.has(name)) return refuse(rules, 'project.exists', [name])
  const project: Project = {
    id: world.nextId('project'),
    code: world.nextCode(),
    name,
    description: params.get('description') ?? '',
    createdAt: now,
  }
  const space = createSpace(project)
  world.spaces.set(project.code, space)
  world.projectCodesByName.set(name, project.code)
  return accept(rules, 'project.created', projectRow(rules, space, 'admin'))
}

function deleteProject({ world, rules }: Ask, space: ProjectSpace): Reply {
  if (space.definitions.size > 0) return refuse(rules, 'project.not_empty')
  world.spaces.delete(space.project.code)
  world.projectCodesByName.delete(space.project.name)
  return accept(rules, 'project.deleted', true)
}

function projectRow(rules: Rules, space: ProjectSpace, userName: string | null): JsonObject {
  const { project } = space
  return {
    id: project.id,
    userId: 1,
    userName,
    code: Number(project.code),
    name: project.name,
    description: project.description,
    createTime: wireTime(project.createdAt),
    updateTime: wireTime(project.createdAt),
    perm: 0,
    defCount: space.definitions.size,
    ...(rules.word === 'process' ? { instRunningCount: 0 } : {}),
  }
}
