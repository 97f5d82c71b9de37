import type { EngineFamily } from '#src/engine/catalog.ts'
import type { EngineRight } from '#src/engine/rights.ts'

const EVERY_USER =
  'every user of a DolphinScheduler may read this list: look for a proxy or a plugin in front of its API that refuses it'
const AUTHORIZE = 'as an administrator, Security → User Manage → Authorize on the row of the user'

const common = {
  'tenant.list': EVERY_USER,
  'worker_group.list': EVERY_USER,
  'environment.list': EVERY_USER,
  'alert_group.list': EVERY_USER,
  'data_source.list': EVERY_USER,
  'task_group.list': EVERY_USER,
  'resource.list':
    'as an administrator, Security → User Manage → Edit: give the user the tenant that the tasks run as',
  'data_source.use': `${AUTHORIZE} → Datasource Authorize → move the data sources to the right, where they exist`,
  'resource.use':
    'upload the files to the resource centre of the tenant of the user, or give the user the tenant that holds them: Security → User Manage → Edit',
} as const

const withLevels: Readonly<Record<EngineRight, string>> = {
  ...common,
  'project.read': `${AUTHORIZE} → Project Authorize → tick the project → Grant All (Grant Read is enough to look)`,
  'project.write': `${AUTHORIZE} → Project Authorize → tick the project → Grant All`,
}

/** 3.1 knows one grant of a project and one of a file. */
const withoutLevels: Readonly<Record<EngineRight, string>> = {
  ...common,
  'project.read': `${AUTHORIZE} → Project Authorize → move the project to the right`,
  'project.write': `${AUTHORIZE} → Project Authorize → move the project to the right`,
  'resource.use': `upload the files as the user itself, or ${AUTHORIZE} → Resource Authorize`,
}

/** Where a right is given, in the words of the engine's own pages. */
export function remedies(family: EngineFamily): Readonly<Record<EngineRight, string>> {
  return family === '3.1' ? withoutLevels : withLevels
}
