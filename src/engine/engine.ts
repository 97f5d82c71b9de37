import type { WorkflowDocument } from '../definition/document.ts'
import type {
  EngineFamily,
  CatalogAlertGroup,
  CatalogDataSource,
  CatalogEnvironment,
  CatalogTaskGroup,
  EngineProbe,
  EngineResource,
  EngineProject,
  EngineUser,
} from './catalog.ts'
import type {
  DefinitionHead,
  DefinitionSummary,
  EngineCode,
  EngineDefinition,
  EngineLayout,
  EngineSchedule,
  LiveDefinition,
  LiveSchedule,
} from './definition.ts'
import type { EngineExport, ReadExportOptions } from './export.ts'
import type { EngineIds } from './ids.ts'
import type {
  EngineInstance,
  EngineInstanceDetail,
  EnginePage,
  EngineTaskInstance,
  LogPiece,
  RunCommand,
  StartReceipt,
  StartRequest,
  TimeWindow,
} from './run.ts'
import type { EngineRight, ProjectAccess } from './rights.ts'

/**
 * A workflow engine, in our words. One method is one question or one command, and its errors are:
 * `engine.refused` / `engine.conflict` / `engine.forbidden` (it answered no), `engine.no_answer` /
 * `engine.unreadable` (nobody knows whether it happened; `wasNotSent` tells the one sure case). A
 * `find…` answers null only when the engine itself said that the object does not exist.
 */
export interface Engine {
  readonly family: EngineFamily

  probe(options: CallOptions): Promise<EngineProbe>
  readUser(options: CallOptions): Promise<EngineUser>

  listProjects(options: CallOptions): Promise<readonly EngineProject[]>
  createProject(
    input: { readonly name: string; readonly description: string },
    options: CallOptions,
  ): Promise<EngineProject>
  deleteProject(projectCode: EngineCode, options: CallOptions): Promise<void>
  /** Asks and tries nothing out. `none`: not granted, or not there. */
  readProjectAccess(projectCode: EngineCode, options: CallOptions): Promise<ProjectAccess>

  /** null: of the installation, without what a project has of its own. */
  listWorkerGroups(projectCode: EngineCode | null, options: CallOptions): Promise<readonly string[]>
  listTenants(options: CallOptions): Promise<readonly string[]>
  listEnvironments(options: CallOptions): Promise<readonly CatalogEnvironment[]>
  listAlertGroups(options: CallOptions): Promise<readonly CatalogAlertGroup[]>
  /** Exact name; the engine's own search is a substring. */
  findDataSources(name: string, options: CallOptions): Promise<readonly CatalogDataSource[]>
  /** All that the token's user may see. */
  listDataSources(options: CallOptions): Promise<readonly CatalogDataSource[]>
  /** Of the project and of the whole installation; names may repeat. */
  listTaskGroups(
    projectCode: EngineCode,
    options: CallOptions,
  ): Promise<readonly CatalogTaskGroup[]>
  /** Files of the resource centre that the token's user may see, by their path below its root. */
  listResources(options: CallOptions): Promise<readonly string[]>
  /** A file of the resource centre; null: there is none. */
  findResource(path: string, options: CallOptions): Promise<EngineResource | null>
  /** null: there is none, or files have no ids here (since 3.2). */
  findResourceById(id: number, options: CallOptions): Promise<EngineResource | null>
  /** What full names of files begin with; null: files have ids (3.1). */
  readResourceRoot(options: CallOptions): Promise<string | null>

  listDefinitions(
    projectCode: EngineCode,
    options: CallOptions,
  ): Promise<readonly DefinitionSummary[]>
  /** All of a project, in pages: what changed is seen here, its content is not. */
  listDefinitionHeads(
    projectCode: EngineCode,
    options: CallOptions,
  ): Promise<readonly DefinitionHead[]>
  findDefinition(at: DefinitionRef, options: CallOptions): Promise<LiveDefinition | null>
  findDefinitionByName(
    at: { readonly projectCode: EngineCode; readonly name: string },
    options: CallOptions,
  ): Promise<LiveDefinition | null>
  /** The definition is created OFFLINE. Not repeatable: look by name first. */
  createDefinition(input: SaveDefinition, options: CallOptions): Promise<EngineCode>
  /** Every save makes a new engine version, also of equal content: look before repeating. */
  updateDefinition(
    input: SaveDefinition & TaskVersions & { readonly code: EngineCode },
    options: CallOptions,
  ): Promise<void>
  setDefinitionOnline(at: DefinitionRef, options: CallOptions): Promise<void>
  /** Takes the schedule down as well; `setDefinitionOnline` does not bring it back. */
  setDefinitionOffline(at: DefinitionRef, options: CallOptions): Promise<void>
  deleteDefinition(at: DefinitionRef, options: CallOptions): Promise<void>

  /** 3.1 can hold several for one definition, which breaks it: the caller has to see all. */
  listSchedules(projectCode: EngineCode, options: CallOptions): Promise<readonly LiveSchedule[]>
  findSchedules(at: DefinitionRef, options: CallOptions): Promise<readonly LiveSchedule[]>
  /** Created OFFLINE; the definition has to be online. */
  createSchedule(at: DefinitionRef, schedule: EngineSchedule, options: CallOptions): Promise<void>
  updateSchedule(at: ScheduleRef, schedule: EngineSchedule, options: CallOptions): Promise<void>
  setScheduleOnline(at: ScheduleRef, options: CallOptions): Promise<void>
  setScheduleOffline(at: ScheduleRef, options: CallOptions): Promise<void>
  deleteSchedule(at: ScheduleRef, options: CallOptions): Promise<void>

  /** Never repeated by the client. */
  startRun(
    projectCode: EngineCode,
    start: StartRequest,
    options: CallOptions,
  ): Promise<StartReceipt>
  /** 3.2 only: the instances of a trigger code; empty until the master has taken the command. */
  findInstancesOfTrigger(
    projectCode: EngineCode,
    triggerCode: string,
    options: CallOptions,
  ): Promise<readonly EngineInstance[]>
  commandRun(at: InstanceRef, command: RunCommand, options: CallOptions): Promise<void>

  findInstance(at: InstanceRef, options: CallOptions): Promise<EngineInstanceDetail | null>
  /** Newest start first. Always bounded by a window: unbounded lists count millions of rows. */
  listInstances(query: InstanceQuery, options: CallOptions): Promise<EnginePage<EngineInstance>>
  /** All task instances of one instance, every retry included. */
  listTasksOfInstance(at: InstanceRef, options: CallOptions): Promise<readonly EngineTaskInstance[]>
  /** Project-wide, newest start first: reveals re-executed old instances. */
  listTaskInstances(
    query: TaskInstanceQuery,
    options: CallOptions,
  ): Promise<EnginePage<EngineTaskInstance>>
  readTaskLog(
    input: {
      readonly projectCode: EngineCode
      readonly taskInstanceId: number
      readonly fromLine: number
      readonly limitLines: number
    },
    options: CallOptions,
  ): Promise<LogPiece>

  /** Where a right is given, in the words of the engine's own pages; no call. */
  remedyFor(right: EngineRight): string
  /** Links into the engine's own pages; no call. */
  definitionLink(at: DefinitionRef): string
  instanceLink(at: InstanceRef & { readonly definitionCode: EngineCode }): string
}

/** Turns documents into definitions and back, for one family; pure. */
export interface EngineCompiler {
  /** @throws AppError `workflow.invalid` with pointers, for what this family cannot run. */
  compile(document: WorkflowDocument, bindings: Bindings): EngineDefinition
  /** A key for every task of a definition that nobody here has named yet → its code. */
  taskCodesOf(definition: EngineDefinition): Readonly<Record<string, EngineCode>>
  /** The document's engine part; ids without a name in `bindings` stay as ids. */
  decompile(definition: EngineDefinition, bindings: Bindings): WorkflowDocument
  /** All that the definitions name by ids of their own installation. */
  idsOf(definitions: readonly EngineDefinition[]): EngineIds
  /** What a document may say and this family takes no save with. */
  findRefused(definition: EngineDefinition): readonly RefusedPart[]
  /** null: the engine takes what a save of it would send. */
  findTooLarge(save: SaveDefinition & TaskVersions): TooLarge | null
}

/** Names of one environment and the ids behind them, proved against the catalog. */
export interface Bindings {
  readonly workflowId: string
  readonly projectCode: EngineCode
  readonly taskCodes: Readonly<Record<string, EngineCode>>
  readonly dataSources: Readonly<Record<string, CatalogDataSource>>
  readonly environmentCodes: Readonly<Record<string, EngineCode>>
  readonly alertGroupIds: Readonly<Record<string, number>>
  readonly taskGroupIds: Readonly<Record<string, number>>
  /** By path below the tenant's root. */
  readonly resources: Readonly<Record<string, EngineResource>>
  /** Workflow id → its engine code in the same environment. */
  readonly workflowCodes: Readonly<Record<string, EngineCode>>
  /** Workflow id → its task keys → their codes there; of those that a document waits for. */
  readonly workflowTaskCodes: Readonly<Record<string, Readonly<Record<string, EngineCode>>>>
  readonly defaultWorkerGroup: string
  readonly defaultTenant: string
  readonly defaultEnvironment: string | null
}

export interface SaveDefinition {
  readonly projectCode: EngineCode
  readonly definition: EngineDefinition
  /** Of the tasks that have a place already; the others get one. */
  readonly layout: EngineLayout
  /** Where the definition says none and the engine wants one (3.1). */
  readonly tenant: string
}

export interface TaskVersions {
  /** The engine's own; of a definition that it does not hold yet: none. */
  readonly taskVersions: Readonly<Record<EngineCode, number>>
}

/** One of a definition's tasks or parameters, and why the engine does not take it. */
export type RefusedPart = { readonly message: string } & (
  | { readonly taskCode: EngineCode }
  | { readonly paramName: string }
)

/** In bytes as they would be sent. */
export interface TooLarge {
  readonly bytes: number
  readonly maxBytes: number
  readonly largestTask: { readonly code: EngineCode; readonly bytes: number } | null
}

export interface DefinitionRef {
  readonly projectCode: EngineCode
  readonly code: EngineCode
}

export interface ScheduleRef {
  readonly projectCode: EngineCode
  readonly scheduleId: number
  readonly definitionCode: EngineCode
}

export interface InstanceRef {
  readonly projectCode: EngineCode
  readonly instanceId: number
}

export interface InstanceQuery {
  readonly projectCode: EngineCode
  readonly definitionCode?: EngineCode
  readonly window: TimeWindow
  /** From 1. */
  readonly page: number
  readonly pageSize: number
}

export interface TaskInstanceQuery {
  readonly projectCode: EngineCode
  readonly window: TimeWindow
  readonly page: number
  readonly pageSize: number
}

export interface CallOptions {
  readonly signal: AbortSignal
  /** Upper bound of this one call, retries included; the client has a default. */
  readonly deadlineMs?: number
}

/** How much one cluster is asked at most; each replica has its own. */
export interface CallBudget {
  readonly maxPerSecond: number
  readonly maxConcurrent: number
}

export const DEFAULT_BUDGET: CallBudget = { maxPerSecond: 100, maxConcurrent: 16 }

/** Makes the engine and compiler of a cluster; implemented by clients/dolphinscheduler. */
export interface EngineFactory {
  /** Asks the server which family it is. */
  detectFamily(cluster: EngineAddress, options: CallOptions): Promise<EngineFamily>
  connect(cluster: EngineAddress & { readonly family: EngineFamily }): {
    readonly engine: Engine
    readonly compiler: EngineCompiler
  }
  /**
   * Reads a file that the engine exported; asks no server.
   * @throws AppError `request.invalid` with pointers into the file, for what no server writes.
   */
  readExport(
    file: unknown,
    options: ReadExportOptions,
  ): EngineExport & { readonly compiler: EngineCompiler }
}

export interface EngineAddress {
  /** With the context path: `http://host:12345/dolphinscheduler`. */
  readonly baseUrl: string
  readonly uiUrl: string
  readonly token: string
  /** Zone of the server's process: start and end of schedules are in it, both ways. */
  readonly serverTimeZone: string
  /** Zone of the token's user: every other date of answers and filters is in it. */
  readonly userTimeZone: string
  readonly budget?: CallBudget
}
