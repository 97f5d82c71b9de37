/** What a token's user has to be allowed, as far as it can be told without changing anything. */
export const ENGINE_RIGHTS = [
  'tenant.list',
  'worker_group.list',
  'environment.list',
  'alert_group.list',
  'data_source.list',
  'resource.list',
  'project.read',
  'project.write',
  'task_group.list',
  'data_source.use',
  'resource.use',
] as const
export type EngineRight = (typeof ENGINE_RIGHTS)[number]

/** As what a user may touch a project; `unknown`: it is seen, and the engine tells no more. */
export type ProjectAccess = 'none' | 'read' | 'write' | 'unknown'
