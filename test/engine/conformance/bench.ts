import { createDolphinFactory } from '#clients/dolphinscheduler/factory.ts'
import type { HttpFetch } from '#clients/http/http-fetch.ts'
import { WorkflowDocument } from '#src/definition/document.ts'
import type { WorkflowDocumentInput } from '#src/definition/document.ts'
import type { EngineFamily, EngineResource } from '#src/engine/catalog.ts'
import type { EngineDefinition, EngineSchedule, LiveDefinition } from '#src/engine/definition.ts'
import type { Bindings, DefinitionRef, Engine, EngineCompiler } from '#src/engine/engine.ts'
import type { EngineInstanceDetail, StartRequest } from '#src/engine/run.ts'
import { must } from '#src/lib/must.ts'
import type { Clock } from '#src/lib/time.ts'

/** The resource centre of a server, as a person fills it. */
export interface FilesUnderTest {
  /** At the root, by its name with one ending; false: the server keeps no files. */
  readonly put: (family: EngineFamily, name: string, content: string) => Promise<boolean>
  readonly remove: (file: EngineResource) => Promise<void>
}

/** A server that the suite is asked of, and how time passes for it. */
export interface EngineUnderTest {
  readonly fetch: HttpFetch
  readonly now: Clock
  readonly baseUrl: string
  readonly token: string
  readonly tenant: string
  /** The suite of files alone needs them. */
  readonly files?: FilesUnderTest
  /** Real time on a real server; the simulator's clock otherwise. */
  readonly wait: (ms: number) => Promise<void>
  /** Zone of the token's user; UTC when not given. */
  readonly userTimeZone?: string
  /** Of the server's process; UTC when not given. */
  readonly serverTimeZone?: string
  /** Kept where it is known; asked of the server otherwise. */
  readonly family?: EngineFamily
  readonly stop?: () => Promise<void>
}

export interface Bench {
  readonly server: EngineUnderTest
  readonly family: EngineFamily
  readonly engine: Engine
  readonly compiler: EngineCompiler
  readonly projectCode: string
  readonly projectName: string
  /** The same server with another token. */
  readonly engineWithToken: (token: string) => Engine
  /** Unique on the server. */
  readonly uniqueName: (text: string) => string
  readonly taskCode: () => string
  readonly compile: (
    document: Draft,
    known?: Known,
  ) => { definition: EngineDefinition; codes: Codes }
  readonly create: (document: Draft, known?: Known) => Promise<Made>
  readonly createOnline: (document: Draft, known?: Known) => Promise<Made>
  readonly until: <T>(look: () => Promise<T | null>, what: string) => Promise<T>
  readonly start: (made: Made, params?: Readonly<Record<string, string>>) => Promise<number>
  readonly settled: (instanceId: number) => Promise<EngineInstanceDetail>
}

/** What names of a document are on the server. */
type Known = Partial<Pick<Bindings, 'resources'>>
export type Codes = Readonly<Record<string, string>>
export type Draft = Omit<WorkflowDocumentInput, 'apiVersion' | 'kind' | 'id' | 'name'> & {
  readonly name?: string
}

export interface Made {
  readonly at: DefinitionRef
  readonly name: string
  readonly definition: EngineDefinition
  readonly codes: Codes
}

export const options = { signal: new AbortController().signal, deadlineMs: 20_000 }
const STEP_MS = 200
const PATIENCE_MS = 60_000

export async function createBench(server: EngineUnderTest): Promise<Bench> {
  const factory = createDolphinFactory({
    fetch: server.fetch,
    now: server.now,
    callDeadlineMs: 20_000,
    sleep: async (ms) => server.wait(ms),
  })
  const run = `${server.now().getTime().toString(36)}${Math.floor(Math.random() * 1e6).toString(36)}`
  let count = 0
  const uniqueName = (text: string): string => {
    count += 1
    return `slipway-${run}-${text}-${count}`
  }
  const firstCode = 4_000_000_000_000 + Math.floor(Math.random() * 1e12) * 1000
  let codes = 0
  const address = {
    baseUrl: server.baseUrl,
    uiUrl: `${server.baseUrl}/ui`,
    token: server.token,
    serverTimeZone: server.serverTimeZone ?? 'UTC',
    userTimeZone: server.userTimeZone ?? 'UTC',
  }
  const family = server.family ?? (await factory.detectFamily(address, options))
  const { engine, compiler } = factory.connect({ ...address, family })
  const projectName = uniqueName('project')
  const project = await engine.createProject({ name: projectName, description: '' }, options)
  const parts = {
    server,
    family,
    engine,
    compiler,
    projectCode: project.code,
    projectName,
    uniqueName,
    engineWithToken: (token: string) => factory.connect({ ...address, family, token }).engine,
    taskCode: () => {
      codes += 1
      return String(firstCode + codes)
    },
  }
  return { ...parts, ...tools(parts) }
}

type Tools = 'compile' | 'create' | 'createOnline' | 'until' | 'start' | 'settled'
type Parts = Omit<Bench, Tools>

function tools(parts: Parts): Pick<Bench, Tools> {
  const { engine, projectCode, server } = parts
  const compile = (document: Draft, known: Known = {}) => compileDraft(parts, document, known)
  const create = async (document: Draft, known: Known = {}): Promise<Made> => {
    const { definition, codes } = compile(document, known)
    const input = { projectCode, definition, layout: {}, tenant: server.tenant }
    const code = await engine.createDefinition(input, options)
    return { at: { projectCode, code }, name: definition.name, definition, codes }
  }
  const until = async <T>(look: () => Promise<T | null>, what: string): Promise<T> => {
    for (let waited = 0; waited < PATIENCE_MS; waited += STEP_MS) {
      const found = await look()
      if (found !== null) return found
      await server.wait(STEP_MS)
    }
    throw new Error(`${what}: not within ${PATIENCE_MS / 1000} s`)
  }
  return {
    compile,
    create,
    createOnline: async (document: Draft, known: Known = {}) => {
      const made = await create(document, known)
      await engine.setDefinitionOnline(made.at, options)
      return made
    },
    until,
    start: async (made: Made, params: Readonly<Record<string, string>> = {}) => {
      const known = new Set((await instancesOf(parts, made)).map(({ id }) => id))
      const request = startRequest(made.at.code, params, server.tenant)
      await engine.startRun(projectCode, request, options)
      const newest = await until(
        async () => (await instancesOf(parts, made)).find(({ id }) => !known.has(id)) ?? null,
        'an instance of the start',
      )
      return newest.id
    },
    settled: async (instanceId: number) => settle(parts, until, instanceId),
  }
}

function compileDraft(
  parts: Pick<Bench, 'compiler' | 'projectCode' | 'server' | 'taskCode' | 'uniqueName'>,
  draft: Draft,
  known: Known,
) {
  const document = WorkflowDocument.parse({
    apiVersion: 'slipway/v1',
    kind: 'Workflow',
    id: 'conformance',
    name: draft.name ?? parts.uniqueName('wf'),
    ...draft,
  })
  const codes: Codes = Object.fromEntries(document.tasks.map(({ key }) => [key, parts.taskCode()]))
  const bindings: Bindings = {
    workflowId: 'conformance',
    projectCode: parts.projectCode,
    taskCodes: codes,
    dataSources: { warehouse: { id: 999_999, name: 'warehouse', type: 'MYSQL' } },
    environmentCodes: {},
    alertGroupIds: {},
    taskGroupIds: {},
    resources: {},
    workflowTaskCodes: {},
    workflowCodes: { other: '4242424242424' },
    defaultWorkerGroup: 'default',
    defaultTenant: parts.server.tenant,
    defaultEnvironment: null,
    ...known,
  }
  return { definition: parts.compiler.compile(document, bindings), codes }
}

async function instancesOf({ engine, projectCode, server }: Parts, made: Made) {
  const at = server.now().getTime()
  const window = { from: new Date(at - 600_000), to: new Date(at + 600_000) }
  const page = await engine.listInstances(
    { projectCode, definitionCode: made.at.code, window, page: 1, pageSize: 50 },
    options,
  )
  return page.items
}

/** Final on two looks in a row: a state on the way may only look so. */
async function settle(
  { engine, projectCode, server }: Parts,
  until: Bench['until'],
  instanceId: number,
): Promise<EngineInstanceDetail> {
  const look = async () =>
    must(await engine.findInstance({ projectCode, instanceId }, options), 'the instance')
  return until(async () => {
    const first = await look()
    if (!first.isFinal) return null
    await server.wait(1000)
    const second = await look()
    return second.state === first.state && second.attempt === first.attempt ? second : null
  }, `the end of instance ${instanceId}`)
}

export function startRequest(
  definitionCode: string,
  params: Readonly<Record<string, string>>,
  tenant: string,
): StartRequest {
  return {
    definitionCode,
    params,
    onFailure: 'continue',
    warningType: 'none',
    warningGroupId: 0,
    priority: 'medium',
    workerGroup: 'default',
    tenant,
    environmentCode: null,
  }
}

export function scheduleOf(bench: Bench, cron: string): EngineSchedule {
  return {
    cron,
    timezone: 'UTC',
    startsAt: new Date(Math.floor(bench.server.now().getTime() / 1000) * 1000 + 1000),
    endsAt: new Date('2036-01-01T00:00:00Z'),
    onFailure: 'continue',
    warningType: 'none',
    warningGroupId: 0,
    priority: 'medium',
    workerGroup: 'default',
    tenant: bench.family === '3.1' ? '' : bench.server.tenant,
    environmentCode: null,
  }
}

export function shell(key: string, script: string, more: object = {}) {
  return { key, type: 'shell' as const, script, ...more }
}

export async function live(bench: Bench, made: Pick<Made, 'at'>): Promise<LiveDefinition> {
  return must(await bench.engine.findDefinition(made.at, options), 'the definition')
}

export async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => 'it did not fail',
    (error: unknown) => error,
  )
}

/** Takes away everything of the run, whatever state it was left in. */
export async function clearBench({ engine, projectCode, server }: Bench): Promise<void> {
  const schedules = await engine.listSchedules(projectCode, options)
  for (const { id, definitionCode, isOnline } of schedules) {
    const at = { projectCode, scheduleId: id, definitionCode }
    if (isOnline) await engine.setScheduleOffline(at, options)
    await engine.deleteSchedule(at, options)
  }
  const now = server.now().getTime()
  const window = { from: new Date(now - 3_600_000), to: new Date(now + 3_600_000) }
  const { items } = await engine.listInstances(
    { projectCode, window, page: 1, pageSize: 100 },
    options,
  )
  for (const { id, isFinal } of items) {
    if (isFinal) continue
    await failureOf(engine.commandRun({ projectCode, instanceId: id }, 'stop', options))
    await server.wait(2000)
  }
  for (const { code } of await engine.listDefinitions(projectCode, options)) {
    await engine.setDefinitionOffline({ projectCode, code }, options)
    await engine.deleteDefinition({ projectCode, code }, options)
  }
  await engine.deleteProject(projectCode, options)
  await server.stop?.()
}
