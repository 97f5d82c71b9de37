import type { JsonObject } from '#src/lib/json.ts'
import { cutPage, pageOf } from '../answers/page.ts'
import { accept, notFoundPage, refuse } from '../answers/reply.ts'
import type { Reply } from '../answers/reply.ts'
import type { Resource } from '../state/world.ts'
import { isAllowed, pageAsked } from './route.ts'
import type { Ask, Route } from './route.ts'

export const resourceRoutes: readonly Route[] = [
  { method: 'GET', path: '/task-group/query-list-by-projectCode', answer: taskGroups },
  { method: 'GET', path: '/resources/base-dir', answer: baseDir },
  { method: 'GET', path: '/resources/list', answer: resourceTree },
  { method: 'GET', path: '/resources/{resource}', answer: resourceByName },
  { method: 'GET', path: '/resources/{resource}/query', answer: resourceById },
  { method: 'GET', path: '/resources', answer: resourcePage },
]

const LONG_AGO = '2018-03-27 15:48:50'
const made = { createTime: LONG_AGO, updateTime: LONG_AGO }
/** Where the storage of 3.2 and later begins. */
export const RESOURCE_ROOT = 'file:/data/ds'

/** Of every project: a group belongs to one, or to all. */
function taskGroups(ask: Ask): Reply {
  const { rules, world, user, params } = ask
  const page = pageAsked(ask)
  if (page === null || page === 'bad_size') return refuse(rules, 'list.page_size')
  const space = world.spaces.get(params.get('projectCode') ?? '')
  if (rules.family !== '3.1' && space && !isAllowed(user, space)) {
    return refuse(rules, 'project.forbidden', [user.name, space.project.code])
  }
  const rows = cutPage(world.taskGroups, page).map((group) => ({
    ...group,
    description: '',
    groupSize: 2,
    useSize: 0,
    userId: 1,
    status: rules.family === '3.1' ? 1 : 'YES',
    projectCode: 0,
    ...made,
  }))
  return accept(
    rules,
    'task_group.page',
    pageOf(rules, page, { rows, total: world.taskGroups.length }),
  )
}

function baseDir({ rules }: Ask): Reply {
  if (rules.family === '3.1') return notFoundPage('/dolphinscheduler/resources/base-dir')
  return accept(rules, 'resource.base_dir', RESOURCE_ROOT)
}

/** 3.1: whatever the number in the path, the full name decides. */
function resourceByName({ rules, world, params, path }: Ask): Reply {
  if (rules.family !== '3.1')
    return notFoundPage(`/dolphinscheduler/resources/${path['resource'] ?? ''}`)
  const wanted = params.get('fullName') ?? ''
  return rowOf(
    rules,
    world.resources.find((resource) => `/${resource.path}` === wanted),
  )
}

function resourceById({ rules, world, path }: Ask): Reply {
  const id = path['resource'] ?? ''
  if (rules.family !== '3.1') return notFoundPage(`/dolphinscheduler/resources/${id}/query`)
  return rowOf(
    rules,
    world.resources.find((resource) => String(resource.id) === id),
  )
}

function rowOf(rules: Ask['rules'], found: Resource | undefined): Reply {
  if (!found) return refuse(rules, 'resource.missing')
  return accept(rules, 'resource.row', {
    id: found.id,
    pid: -1,
    alias: nameOf(found),
    fullName: `/${found.path}`,
    fileName: nameOf(found),
    description: '',
    userId: 1,
    type: 'FILE',
    size: 6,
    directory: false,
    ...made,
  })
}

/** Everything, folders with what is in them. */
function resourceTree({ rules, world }: Ask): Reply {
  const root = rules.family === '3.1' ? '' : `${RESOURCE_ROOT}/`
  return accept(rules, 'resource.list', branchesOf(rules, world.resources, root))
}

function branchesOf(rules: Ask['rules'], files: readonly Resource[], under: string): JsonObject[] {
  const isOld = rules.family === '3.1'
  const inside = files.filter((file) => pathOf(file, isOld).startsWith(under))
  const names = Map.groupBy(inside, (file) => pathOf(file, isOld).slice(under.length).split('/')[0])
  return [...names].map(([name = '', group], index) => {
    const path = `${under}${name}`
    const file = group.find((each) => pathOf(each, isOld) === path)
    const id = isOld ? (file?.id ?? -2 - index) : 0
    return {
      id,
      pid: isOld ? -1 : under,
      name,
      fullName: path,
      description: null,
      children: file ? [] : branchesOf(rules, group, `${path}/`),
      type: 'FILE',
      currentDir: null,
      idValue: `${id}_${file ? 0 : 1}`,
      dirctory: file === undefined,
    }
  })
}

function pathOf({ path }: Resource, isOld: boolean): string {
  return isOld ? path : `${RESOURCE_ROOT}/${path}`
}

/** What lies in one folder. */
function resourcePage(ask: Ask): Reply {
  const { rules, world, params } = ask
  const page = pageAsked(ask)
  if (page === null || page === 'bad_size') return refuse(rules, 'list.page_size')
  const folder = params.get('fullName') ?? ''
  const inside = world.resources.filter((resource) => folderOf(resource) === folder)
  const rows = cutPage(inside, page).map((resource) => ({
    id: 0,
    fullName: `${RESOURCE_ROOT}/${resource.path}`,
    fileName: nameOf(resource),
    alias: nameOf(resource),
    pfullName: folder,
    userId: 0,
    userName: world.tenant,
    type: 'FILE',
    size: 6,
    directory: false,
    ...made,
  }))
  return accept(rules, 'resource.page', pageOf(rules, page, { rows, total: inside.length }))
}

function nameOf({ path }: Resource): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function folderOf({ path }: Resource): string {
  const full = `${RESOURCE_ROOT}/${path}`
  return full.slice(0, full.lastIndexOf('/'))
}
