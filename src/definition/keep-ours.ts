import type { WorkflowDocument } from './document.ts'

/** What an engine has no place for stays what the version said. */
export function keepOurs(live: WorkflowDocument, ours: WorkflowDocument): WorkflowDocument {
  const tasks = new Map(ours.tasks.map((task) => [task.key, task]))
  const { properties } = ours.start.params
  const bare = Object.fromEntries(
    Object.entries(properties).filter(([, param]) => param.default === undefined),
  )
  const described = Object.fromEntries(
    Object.entries(live.start.params.properties).map(([name, param]) => {
      const known = Object.hasOwn(properties, name) ? properties[name] : undefined
      return [name, { ...known, ...param }]
    }),
  )
  return {
    ...live,
    ...(ours.owner === undefined ? {} : { owner: ours.owner }),
    tags: ours.tags,
    start: {
      ...ours.start,
      params: { ...ours.start.params, properties: { ...bare, ...described } },
    },
    end: ours.end,
    tasks: live.tasks.map((task) => {
      const known = tasks.get(task.key)
      if (!known) return task
      const { reads, writes, owner } = known
      return { ...task, reads, writes, ...(owner === undefined ? {} : { owner }) }
    }),
  }
}
