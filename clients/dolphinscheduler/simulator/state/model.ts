import type { JsonObject } from '#src/lib/json.ts'
import type { User } from './access.ts'

/** What the simulated server keeps. Times are milliseconds since 1970; codes are digits. */

export interface Project {
  readonly id: number
  readonly code: string
  readonly name: string
  readonly description: string
  readonly user: User
  readonly createdAt: number
}

/** A task as sent, in the words of the wire. */
export interface TaskFields {
  readonly code: string
  readonly name: string
  readonly description: string
  readonly taskType: string
  readonly taskParams: JsonObject
  readonly flag: string
  readonly isCache: string | null
  readonly taskPriority: string
  readonly workerGroup: string
  readonly environmentCode: number
  readonly failRetryTimes: number
  readonly failRetryInterval: number
  readonly timeoutFlag: string
  readonly timeoutNotifyStrategy: string | null
  readonly timeout: number
  readonly delayTime: number
  readonly taskGroupId: number
  readonly taskGroupPriority: number
  readonly cpuQuota: number
  readonly memoryMax: number
  readonly taskExecuteType: string | null
}

export interface TaskVersion {
  readonly id: number
  readonly version: number
  readonly fields: TaskFields
  readonly createdAt: number
  readonly updatedAt: number
}

export interface Edge {
  readonly id: number
  readonly from: string
  readonly to: string
}

/** One saved version; what an instance runs never changes under it. */
export interface Content {
  readonly id: number
  readonly version: number
  readonly name: string
  readonly description: string
  /** JSON texts as sent. */
  readonly globalParams: string
  readonly locations: string
  readonly timeout: number
  readonly executionType: string
  readonly tenantCode: string | null
  readonly tasks: readonly TaskVersion[]
  readonly edges: readonly Edge[]
  readonly savedAt: number
}

export interface Definition {
  readonly id: number
  readonly code: string
  readonly projectCode: string
  /** Who made it, and besides an admin alone may delete it. */
  readonly user: User
  readonly createdAt: number
  content: Content
  /** Every content that it ever had, oldest first. */
  readonly versions: Content[]
  isOnline: boolean
  updatedAt: number
  readonly scheduleIds: Set<number>
  /** Ids of unfinished instances, at least: finished ones are taken out when looked at. */
  readonly openInstances: Set<number>
}

export interface ScheduleFields {
  readonly startTime: number
  readonly endTime: number
  readonly timezoneId: string
  readonly crontab: string
  readonly failureStrategy: string
  readonly warningType: string
  readonly warningGroupId: number
  readonly priority: string
  readonly workerGroup: string
  readonly tenantCode: string
  readonly environmentCode: number
}

export interface Schedule {
  readonly id: number
  readonly projectCode: string
  readonly definitionCode: string
  readonly user: User
  readonly createdAt: number
  fields: ScheduleFields
  updatedAt: number
  isOnline: boolean
  /** Raised by every change: a planned fire of an older generation is void. */
  generation: number
}

/** How one execution was asked for. */
export interface StartFields {
  readonly command: string
  readonly user: User
  readonly params: Readonly<Record<string, string>>
  readonly failureStrategy: string
  readonly warningType: string
  readonly warningGroupId: number
  readonly priority: string
  readonly workerGroup: string
  readonly tenantCode: string
  readonly environmentCode: number
  readonly scheduleTime: number | null
  readonly timezoneId: string
}

export interface Phase {
  readonly at: number
  readonly state: string
  readonly desc: string
}

export interface Parent {
  readonly instanceId: number
  readonly taskRunId: number
  /** How many sub-workflows deep. */
  readonly depth: number
}

export interface Instance {
  readonly id: number
  readonly projectCode: string
  readonly definitionCode: string
  readonly content: Content
  readonly start: StartFields
  readonly triggerCode: string
  readonly name: string
  /** The task that it runs for; null where it is no sub-workflow's. */
  readonly parent: Parent | null
  readonly commandTime: number
  startTime: number
  restartTime: number
  runTimes: number
  commandType: string
  commandParam: string | null
  readonly history: string[]
  /** Ascending; the last that has begun is the state. */
  phases: Phase[]
  readonly tasks: TaskRun[]
}

/** One try of one task. What will happen is known when it is planned; the clock shows it. */
export interface TaskRun {
  readonly id: number
  readonly instanceId: number
  readonly projectCode: string
  readonly task: TaskVersion
  readonly workerGroup: string
  readonly retryTimes: number
  readonly firstSubmitAt: number
  readonly submitAt: number
  readonly startAt: number
  endAt: number
  finalState: string
  readonly output: readonly OutputLine[]
  readonly exitCode: number
  readonly varPool: readonly VarPoolEntry[]
  /** The script with its placeholders filled in. */
  readonly script: string
  /** What a sub-workflow task runs. */
  readonly child: Instance | null
}

export interface OutputLine {
  readonly afterMs: number
  readonly text: string
}

export interface VarPoolEntry {
  readonly prop: string
  readonly direct: string
  readonly type: string
  readonly value: string
}
