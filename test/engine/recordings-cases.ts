import type { Engine } from '#src/engine/engine.ts'
import type { Differences, Recording, Stub } from './recordings-replay.ts'
import { must } from '#src/lib/must.ts'
import { saveInput, scheduleInput, startInput } from './recordings-inputs.ts'

export type Version = '3.1.1' | '3.2.2' | '3.4.2'

export interface Ask {
  readonly engine: Engine
  readonly recording: Recording
  /** The project and the id in the recorded path. */
  readonly projectCode: string
  readonly id: string
}

export interface Case {
  readonly name: string
  readonly ask: (ask: Ask) => Promise<unknown>
  /** What the port returns, or `refused(…)`. */
  readonly expected: unknown
  readonly differences?: Differences
  readonly stubs?: readonly Stub[]
}

const options = { signal: new AbortController().signal }
const window = { from: new Date('2020-01-01T00:00:00Z'), to: new Date('2036-01-01T00:00:00Z') }

export function refused(code: string, engineCode: number): unknown {
  return { refused: code, engine_code: engineCode }
}

const listDifferences = { other: ['pageSize'] }
/** The recorder sent 3.2's field everywhere; here only 3.2 gets it. */
export function saveDifferences(version: Version): Differences {
  return version === '3.2.2' ? {} : { other: ['taskDefinitionJson'] }
}
/** Environment: recorded without, always sent here. */
const startDifferences = { onlySent: ['environmentCode'] }

const definitionRef = ({ projectCode, id }: Ask) => ({ projectCode, code: id })
const instanceRef = ({ projectCode, id }: Ask) => ({ projectCode, instanceId: Number(id) })
const scheduleRef = ({ projectCode, id }: Ask) => ({
  projectCode,
  scheduleId: Number(id),
  definitionCode: '0',
})
const definitionOf = ({ recording: { request } }: Ask): string =>
  must(
    Object.entries({ ...request.query, ...request.form }).find(([name]) =>
      /^(process|workflow)Defin(e|ition)Code$/.test(name),
    ),
    'a definition code',
  )[1]

type Asker = Case['ask']

export const asks = {
  listProjects: async ({ engine }) => engine.listProjects(options),
  createProject: async ({ engine, recording: { request } }) =>
    engine.createProject(
      { name: request.form['projectName'] ?? '', description: request.form['description'] ?? '' },
      options,
    ),
  deleteProject: async ({ engine, projectCode }) => engine.deleteProject(projectCode, options),
  workerGroups: async ({ engine }) => engine.listWorkerGroups('7', options),
  probe: async ({ engine }) => engine.probe(options),
  definitions: async ({ engine, projectCode }) => engine.listDefinitions(projectCode, options),
  create: async ({ engine, recording, projectCode }) =>
    engine.createDefinition(saveInput(recording, projectCode), options),
  update: async (ask) =>
    ask.engine.updateDefinition(
      { ...saveInput(ask.recording, ask.projectCode), code: ask.id, taskVersions: {} },
      options,
    ),
  definition: async (ask) => ask.engine.findDefinition(definitionRef(ask), options),
  definitionByName: async ({ engine, projectCode, recording: { request } }) =>
    engine.findDefinitionByName({ projectCode, name: request.query['name'] ?? '' }, options),
  online: async (ask) => ask.engine.setDefinitionOnline(definitionRef(ask), options),
  offline: async (ask) => ask.engine.setDefinitionOffline(definitionRef(ask), options),
  deleteDefinition: async (ask) => ask.engine.deleteDefinition(definitionRef(ask), options),
  schedules: async (ask) =>
    ask.engine.findSchedules({ projectCode: ask.projectCode, code: definitionOf(ask) }, options),
  createSchedule: async (ask) =>
    ask.engine.createSchedule(
      { projectCode: ask.projectCode, code: definitionOf(ask) },
      scheduleInput(ask.recording),
      options,
    ),
  updateSchedule: async (ask) =>
    ask.engine.updateSchedule(scheduleRef(ask), scheduleInput(ask.recording), options),
  scheduleOnline: async (ask) => ask.engine.setScheduleOnline(scheduleRef(ask), options),
  scheduleOffline: async (ask) => ask.engine.setScheduleOffline(scheduleRef(ask), options),
  deleteSchedule: async (ask) => ask.engine.deleteSchedule(scheduleRef(ask), options),
  start: async ({ engine, projectCode, recording }) =>
    engine.startRun(projectCode, startInput(recording), options),
  instance: async (ask) => ask.engine.findInstance(instanceRef(ask), options),
  instances: async ({ engine, projectCode, recording: { request } }) =>
    engine.listInstances(
      { projectCode, window, page: Number(request.query['pageNo']), pageSize: 10 },
      options,
    ),
  instancesOf: async (ask) =>
    ask.engine.listInstances(
      {
        projectCode: ask.projectCode,
        definitionCode: definitionOf(ask),
        window,
        page: 1,
        pageSize: 10,
      },
      options,
    ),
  tasksOfInstance: async ({ engine, projectCode }) =>
    engine.listTasksOfInstance({ projectCode, instanceId: 1 }, options),
  log: async ({ engine, projectCode, recording: { request } }) =>
    engine.readTaskLog(
      {
        projectCode,
        taskInstanceId: Number(request.query['taskInstanceId']),
        fromLine: Number(request.query['skipLineNum']),
        limitLines: Number(request.query['limit']),
      },
      options,
    ),
} satisfies Record<string, Asker>

/** The five commands of a run. */
export function command(word: Parameters<Engine['commandRun']>[1]): Asker {
  return async ({ engine, projectCode, recording: { request } }) => {
    const { processInstanceId, workflowInstanceId } = request.form
    const instanceId = Number(processInstanceId ?? workflowInstanceId)
    return engine.commandRun({ projectCode, instanceId }, word, options)
  }
}

/** Only some of the fields of what is returned. */
export function pick(ask: Asker, fields: readonly string[]): Asker {
  return async (input) => {
    const result = await ask(input)
    const entries = Object.entries(typeof result === 'object' && result !== null ? result : {})
    return Object.fromEntries(entries.filter(([name]) => fields.includes(name)))
  }
}

export const differencesOf = { list: listDifferences, start: startDifferences }
