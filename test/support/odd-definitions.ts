import type { EngineFamily } from '#src/engine/catalog.ts'
import type { EngineDefinition, EngineSchedule, EngineTask } from '#src/engine/definition.ts'

/** Something that an engine takes although it looks wrong. */
export interface Odd {
  /** Of the definition. */
  readonly name: string
  readonly change?: (definition: EngineDefinition) => EngineDefinition
  readonly schedule?: Partial<EngineSchedule>
  /** Whether a first publish has a marker to write. */
  readonly hasMarker?: boolean
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
    name: 'Names of parameters',
    change: params(['_dt', 'biz.date', '日期', 'two words', 'constructor', '1st']),
  },
  {
    name: 'Parameter handed out',
    change: (definition) => ({
      ...definition,
      params: [{ name: 'x', direction: 'out', type: 'VARCHAR', value: '' }],
    }),
  },
  { name: 'No room for a marker', change: described('x'.repeat(255)), hasMarker: false },
  { name: 'Characters of two units', change: described('😀'.repeat(200)) },
  {
    name: ' Spaces around ',
    change: tasks((_task, n) => ({ name: ` ${n} ` })),
    notes: ['/name', '/tasks/0/name', '/tasks/1/name'].map((pointer) =>
      issue(pointer, 'begins or ends with a space'),
    ),
  },
  {
    name: 'Large and small',
    change: tasks((_task, n) => ({
      name: `${n}`.repeat(255),
      description: 'x'.repeat(400),
      retryTimes: 200,
      retryIntervalMin: 100_000,
      delayMin: 100_000,
      timeout: { min: 100_000, action: 'warn' },
    })),
  },
  {
    name: 'Without a name',
    change: tasks(() => ({
      params: {
        rawScript: 'x',
        localParams: [{ prop: '', direct: 'IN', type: 'VARCHAR', value: '1' }],
      },
    })),
    notes: [0, 1].map((n) => issue(`/tasks/${n}/params/0/name`, 'is empty')),
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

function params(names: readonly string[]): (definition: EngineDefinition) => EngineDefinition {
  return (definition) => ({
    ...definition,
    params: names.map((name) => ({ name, direction: 'in', type: 'VARCHAR', value: '1' })),
  })
}

function described(description: string): (definition: EngineDefinition) => EngineDefinition {
  return (definition) => ({ ...definition, description })
}

function tasks(
  change: (task: EngineTask, n: number) => Partial<EngineTask>,
): (definition: EngineDefinition) => EngineDefinition {
  return (definition) => ({
    ...definition,
    tasks: definition.tasks.map((task, n) => ({ ...task, ...change(task, n) })),
  })
}
