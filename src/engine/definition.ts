import type { JsonObject } from '../lib/json.ts'
import type { Concurrency, FailureStrategy, Priority, WarningType } from '../definition/values.ts'

/** Digits; fits a double today, kept as text because the engine's type is a 64-bit long. */
export type EngineCode = string

export interface EngineParam {
  readonly name: string
  readonly direction: 'in' | 'out'
  /** The engine's own type name, such as `VARCHAR`. */
  readonly type: string
  readonly value: string
}

export interface EngineTask {
  readonly code: EngineCode
  readonly name: string
  readonly description: string
  /** The engine's own type name in its newest spelling, such as `SHELL` or `SUB_WORKFLOW`. */
  readonly type: string
  /** The engine's own task parameters, ids resolved, in the family's own shape. */
  readonly params: JsonObject
  readonly isDisabled: boolean
  readonly priority: Priority
  readonly workerGroup: string
  /** null: none. */
  readonly environmentCode: EngineCode | null
  readonly retryTimes: number
  readonly retryIntervalMin: number
  readonly timeout: {
    readonly min: number
    readonly action: 'warn' | 'fail' | 'warn_and_fail'
  } | null
  readonly delayMin: number
  /** 0: none. */
  readonly taskGroupId: number
  readonly taskGroupPriority: number
  readonly cpuQuotaPercent: number
  readonly memoryMaxMb: number
  // There only where true: definitions that earlier releases kept have neither.
  /** It never ends, and is started apart from the runs of its workflow. */
  readonly isStream?: true
  /** Where the same was done before, what came of it then is taken. */
  readonly isCached?: true
}

/** `from` is null for a root. Conditions stay as the engine writes them. */
export interface EngineEdge {
  readonly from: EngineCode | null
  readonly to: EngineCode
}

/**
 * A definition as the engine holds it, ids resolved, volatile fields left out, tasks by code and
 * edges by (from, to): equal content is equal JSON. Compiling makes one, reading an engine makes
 * one, and drift is the difference.
 */
export interface EngineDefinition {
  readonly name: string
  /** Ends in the ownership marker `slipway:<workflow id>` where we wrote it. */
  readonly description: string
  readonly params: readonly EngineParam[]
  readonly concurrency: Concurrency
  /** 0: none. */
  readonly timeoutMin: number
  /** As whom its tasks run, where that stands on the definition (3.1). Missing: not told. */
  readonly tenant?: string
  readonly tasks: readonly EngineTask[]
  readonly edges: readonly EngineEdge[]
}

/** Node positions; outside of what is compared. */
export type EngineLayout = Readonly<Record<EngineCode, { readonly x: number; readonly y: number }>>

/** What one read of a definition says. */
export interface LiveDefinition {
  readonly code: EngineCode
  /** The engine's version number: every save raises it. */
  readonly version: number
  readonly isOnline: boolean
  readonly updatedAt: Date
  /** Who may delete it on the engine; only the read by name tells, by code it is null. */
  readonly ownerName: string | null
  readonly definition: EngineDefinition
  /** Of the tasks that somebody placed. */
  readonly layout: EngineLayout
  /** The engine's version of each task: a save has to send them back. */
  readonly taskVersions: Readonly<Record<EngineCode, number>>
}

/** A row of the simple list: cheap, without content. */
export interface DefinitionSummary {
  readonly code: EngineCode
  readonly name: string
}

/** What a list tells of a definition without its content. */
export interface DefinitionHead extends DefinitionSummary {
  /** Every save raises it. */
  readonly version: number
  readonly isOnline: boolean
  readonly updatedAt: Date
  /** Who saved it last, as far as the engine tells. */
  readonly modifiedBy: string | null
}

/** When and how the engine starts a workflow by itself. */
export interface EngineSchedule {
  /** Quartz, 6 or 7 fields. */
  readonly cron: string
  readonly timezone: string
  /** Instants; the client writes them in the server's own zone. */
  readonly startsAt: Date
  readonly endsAt: Date
  readonly onFailure: FailureStrategy
  readonly warningType: WarningType
  /** 0: none. */
  readonly warningGroupId: number
  readonly priority: Priority
  readonly workerGroup: string
  /** Not sent, and read as '', where the tenant belongs to the definition (3.1). */
  readonly tenant: string
  readonly environmentCode: EngineCode | null
}

export interface LiveSchedule {
  readonly id: number
  readonly definitionCode: EngineCode
  readonly isOnline: boolean
  /** Who may delete it on the engine; null where it is not told. */
  readonly ownerName: string | null
  readonly schedule: EngineSchedule
}
