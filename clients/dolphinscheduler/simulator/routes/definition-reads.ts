import { cutPage, pageOf } from '../answers/page.ts'
import { accept, refuse } from '../answers/reply.ts'
import type { Reply } from '../answers/reply.ts'
import {
  NO_NAMES,
  definitionDetail,
  definitionPageRow,
  versionRow,
} from '../rows/definition-row.ts'
import type { Schedule } from '../state/model.ts'
import type { ProjectSpace } from '../state/world.ts'
import { inDefinition, inProject, pageAsked } from './route.ts'
import type { Ask, InDefinition, Route } from './route.ts'

const BASE = '/projects/{project}/{definitions}'

export const definitionReadRoutes: readonly Route[] = [
  { method: 'GET', path: BASE, answer: inProject(pageDefinitions) },
  { method: 'GET', path: `${BASE}/list`, answer: inProject(listDefinitions) },
  { method: 'GET', path: `${BASE}/simple-list`, answer: inProject(simpleList) },
  { method: 'GET', path: `${BASE}/query-by-name`, answer: inProject(queryByName) },
  { method: 'GET', path: `${BASE}/{code}`, answer: inDefinition(getDefinition) },
  { method: 'GET', path: `${BASE}/{code}/versions`, answer: inDefinition(pageVersions) },
]

/** Latest changed first; searched in names and descriptions. */
function pageDefinitions(ask: Ask, space: ProjectSpace): Reply {
  const { rules, params } = ask
  const page = pageAsked(ask)
  if (page === null || page === 'bad_size') return refuse(rules, 'list.page_size')
  const text = params.get('searchVal') ?? ''
  const found = [...space.definitions.values()]
    .filter(({ content }) =>
      [content.name, content.description].some((each) => each.includes(text)),
    )
    .sort((a, b) => b.updatedAt - a.updatedAt || b.id - a.id)
  const rows = cutPage(found, page).map((definition) =>
    definitionPageRow(rules, definition, scheduleOf(space, [...definition.scheduleIds])),
  )
  return accept(rules, 'definition.page', pageOf(rules, page, { rows, total: found.length }))
}

function scheduleOf({ schedules }: ProjectSpace, [id]: readonly number[]): Schedule | null {
  return (id === undefined ? undefined : schedules.get(id)) ?? null
}

function listDefinitions({ rules }: Ask, { definitions, project }: ProjectSpace): Reply {
  const names = rules.family === '3.1' ? { ...NO_NAMES, tenantCode: null } : NO_NAMES
  const rows = [...definitions.values()]
    .reverse()
    .map((definition) => definitionDetail(rules, definition, { project, names }))
  return accept(rules, 'definition.list', rows)
}

function simpleList({ rules }: Ask, space: ProjectSpace): Reply {
  const rows = [...space.definitions.values()].reverse().map(({ id, code, content }) => ({
    id,
    code: Number(code),
    name: content.name,
    projectCode: Number(space.project.code),
  }))
  return accept(rules, 'definition.simple_list', rows)
}

function queryByName({ rules, params }: Ask, space: ProjectSpace): Reply {
  const name = params.get('name') ?? ''
  const definition = space.definitions.get(space.codesByName.get(name) ?? '')
  if (!definition) return refuse(rules, 'definition.missing', [name])
  const { project } = space
  const names = { userName: definition.user.name, projectName: project.name }
  const detail = definitionDetail(rules, definition, { project, names })
  return accept(rules, 'definition.by_name', detail)
}

function getDefinition(...[{ rules }, { space, definition }]: Parameters<InDefinition>): Reply {
  const detail = definitionDetail(rules, definition, { project: space.project, names: NO_NAMES })
  return accept(rules, 'definition.detail', detail)
}

/** Newest first. */
function pageVersions(...[ask, { definition }]: Parameters<InDefinition>): Reply {
  const { rules } = ask
  const page = pageAsked(ask)
  if (page === null || page === 'bad_size') return refuse(rules, 'list.page_size')
  const all = definition.versions.toReversed()
  const rows = cutPage(all, page).map((content) => versionRow(rules, definition, content))
  return accept(rules, 'definition.versions', pageOf(rules, page, { rows, total: all.length }))
}
