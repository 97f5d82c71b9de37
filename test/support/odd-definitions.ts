import type { EngineFamily } from '#src/engine/catalog.ts'
import type { EngineDefinition, EngineSchedule, EngineTask } from '#src/engine/definition.ts'

/** Something that an engine takes although it looks wrong. */
export interface Odd {
  /** Of the definition. */
  readonly name: string
  readonly change?: (definition: EngineDefinition) => EngineDefinition
  readonly schedule?: Partial<EngineSchedule>
  /** What an import says of it. */
  readonly notes?: readonly object[]
  /** Where it is taken; everywhere where it is not said. */
  readonly family?: EngineFamily
}

/** `warehouse` is the id of a data source. */
export function oddFor(family: EngineFamily, warehouse: number): readonly Odd[] {
  return [givenAtStart(warehouse), ...ODD].filter(
    (odd) => odd.family === undefined || odd.family === family,
  )
}

const givenAtStart = (warehouse: number): Odd => ({
  name: 'Given at start',
  change: tasks(() => ({
    type: 'SQL',
    params: { type: 'MYSQL', datasource: warehouse, sql: 'select ${dt}', sqlType: '0' },
  })),
})

const ODD: readonly Odd[] = [
  {
    name: 'Reserved names',
    change: tasks((_task, n) => ({ name: n === 0 ? 'start' : 'workflow_end' })),
  },
  { name: 'answer' },
  { name: 'Over long ago', schedule: { endsAt: new Date('2023-01-01T00:00:00Z') } },
  {
    name: 'Never fires',
    schedule: { cron: '0 0 0 30 2 ?' },
    notes: [issue('/schedule/cron', 'this cron never fires')],
  },
  {
    name: 'Zone of Java',
    schedule: { timezone: 'GMT+8', endsAt: new Date('2030-01-01T00:00:00Z') },
  },
  {
    name: 'Zone of nobody',
    schedule: { timezone: 'UTC+8', endsAt: new Date('2030-01-01T00:00:00Z') },
    notes: [issue('/schedule/timezone', '"UTC+8" is no time zone: the engine takes it for GMT')],
  },
  {
    name: 'Two of one name',
    change: tasks(() => ({ name: 'same' })),
    notes: [issue('/tasks/1/name', 'another task is named "same"')],
    // 3.4 refuses them.
    family: '3.1',
  },
]

function issue(pointer: string, message: string): object {
  return { kind: 'issue', pointer, message }
}

function tasks(
  change: (task: EngineTask, n: number) => Partial<EngineTask>,
): (definition: EngineDefinition) => EngineDefinition {
  return (definition) => ({
    ...definition,
    tasks: definition.tasks.map((task, n) => ({ ...task, ...change(task, n) })),
  })
}
