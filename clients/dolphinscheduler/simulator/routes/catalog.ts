import type { JsonObject } from '#src/lib/json.ts'
import { cutPage, pageOf } from '../answers/page.ts'
import { accept, empty, json, notFoundPage, refuse } from '../answers/reply.ts'
import type { Reply } from '../answers/reply.ts'
import { isAllowed, pageAsked } from './route.ts'
import type { Ask, Route } from './route.ts'

export const catalogRoutes: readonly Route[] = [
  { method: 'GET', path: '/users/get-user-info', answer: userInfo },
  { method: 'GET', path: '/tenants/list', answer: tenants },
  { method: 'GET', path: '/worker-groups/all', answer: workerGroups },
  { method: 'GET', path: '/projects/{project}/worker-group', answer: projectWorkerGroups },
  { method: 'GET', path: '/environment/query-environment-list', answer: environments },
  { method: 'GET', path: '/alert-groups/list', answer: alertGroups },
  { method: 'GET', path: '/alert-groups/normal-list', answer: normalAlertGroups },
  { method: 'GET', path: '/datasources', answer: dataSources },
  { method: 'GET', path: '/ui-plugins/query-product-info', answer: productInfo },
  { method: 'GET', path: '/v3/api-docs', answer: apiDocs, isOpen: true },
]

const LONG_AGO = '2018-03-27 15:48:50'
const made = { createTime: LONG_AGO, updateTime: LONG_AGO }

function userInfo({ rules, world, user }: Ask): Reply {
  const is31 = rules.family === '3.1'
  return accept(rules, 'user.info', {
    id: user.id,
    userName: user.name,
    userPassword: is31 ? '00000000000000000000000000000000' : null,
    email: `${user.name}@example.com`,
    phone: '',
    userType: user.isAdmin ? 'ADMIN_USER' : 'GENERAL_USER',
    tenantId: is31 ? 1 : -1,
    state: 1,
    tenantCode: is31 ? null : world.tenant,
    queueName: null,
    alertGroup: null,
    queue: null,
    timeZone: user.timeZone,
    ...made,
  })
}

function tenants({ rules, world }: Ask): Reply {
  const first = rules.family === '3.1' ? 1 : -1
  const rows = [world.tenant, ...world.otherTenants].map((tenantCode, index) => ({
    id: index === 0 ? first : index + 1,
    tenantCode,
    description: index === 0 ? 'default tenant' : '',
    queueId: 1,
    queueName: null,
    queue: null,
    ...made,
  }))
  return accept(rules, 'tenant.list', rows)
}

function workerGroups({ rules, world }: Ask): Reply {
  return accept(rules, 'worker_group.all', [...world.workerGroups])
}

/** The one answer without a `code`. */
function projectWorkerGroups({ rules, world, user, path }: Ask): Reply {
  if (rules.family === '3.1')
    return notFoundPage(`/dolphinscheduler/projects/${path['project'] ?? ''}/worker-group`)
  const space = world.spaces.get(path['project'] ?? '')
  if (!space) return json({ msg: 'project  not found ', status: 'PROJECT_NOT_FOUND' })
  if (!isAllowed(user, space)) {
    const forbidden = refuse(rules, 'project.forbidden', [user.name, space.project.code])
    if (rules.word === 'workflow') return forbidden
    return json({ msg: 'no permission', status: 'USER_NO_OPERATION_PROJECT_PERM' })
  }
  return json({ data: [], msg: 'success', status: 'SUCCESS' })
}

function environments({ rules, world }: Ask): Reply {
  const rows = world.environments.map((environment) => ({
    ...environment,
    config: '',
    description: '',
    operator: 1,
    ...made,
  }))
  return accept(rules, 'environment.list', rows)
}

const ADMIN_GROUP: JsonObject = {
  id: 1,
  groupName: 'default admin warning group',
  alertInstanceIds: null,
  description: 'default admin warning group',
  createUserId: 1,
  ...made,
}

function alertGroups({ rules }: Ask): Reply {
  if (rules.family === '3.1') {
    return accept(rules, 'alert_group.list', [{ ...ADMIN_GROUP, alertInstanceIds: '1,2' }])
  }
  const global = {
    ...ADMIN_GROUP,
    id: 2,
    groupName: 'global alert group',
    description: 'global alert group',
  }
  return accept(
    rules,
    'alert_group.list',
    rules.family === '3.2' ? [ADMIN_GROUP, global] : [ADMIN_GROUP],
  )
}

function normalAlertGroups({ rules }: Ask): Reply {
  if (rules.family !== '3.2') return empty(405)
  return accept(rules, 'alert_group.normal_list', [ADMIN_GROUP])
}

function dataSources(ask: Ask): Reply {
  const { rules, world, params, user } = ask
  const page = pageAsked(ask)
  if (page === null || page === 'bad_size') return refuse(rules, 'list.page_size')
  const name = params.get('searchVal') ?? ''
  const found = world.dataSources.filter(
    (source) => source.name.includes(name) && (user.isAdmin || source.grants.has(user.id)),
  )
  const rows = cutPage(found, page).map(({ grants: _grants, ...source }) => ({
    ...source,
    userId: 1,
    userName: 'admin',
    note: '',
    connectionParams: '{"password":"******"}',
    ...made,
  }))
  return accept(rules, 'data_source.page', pageOf(rules, page, { rows, total: found.length }))
}

function productInfo({ rules }: Ask): Reply {
  if (rules.word === 'process') return refuse(rules, 'product.unknown')
  return accept(rules, 'product.info', { version: rules.versionText })
}

/** Only the paths that tell the families apart. */
function apiDocs({ rules }: Ask): Reply {
  if (rules.family === '3.1') return empty(404)
  const paths = [
    `/projects/{projectCode}/${rules.word}-definition`,
    '/projects/{projectCode}/executors/execute-task',
    ...(rules.family === '3.4' ? ['/oidc-providers'] : []),
  ]
  return json({
    openapi: '3.0.1',
    info: { title: 'Apache DolphinScheduler Api Docs', version: rules.versionText },
    paths: Object.fromEntries(paths.map((path) => [path, {}])),
  })
}
