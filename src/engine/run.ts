import type { FailureStrategy, Priority, WarningType } from '../definition/values.ts'
import type { EngineCode } from './definition.ts'

/** A state of a run on the engine, in our words; `unknown` is a name we have not met: not final. */
export const INSTANCE_STATES = [
  'queued',
  'running',
  'pausing',
  'paused',
  'stopping',
  'stopped',
  'failure',
  'success',
  'unknown',
] as const
export type InstanceState = (typeof INSTANCE_STATES)[number]

export const NODE_STATES = [
  'queued',
  'running',
  'paused',
  'stopped',
  'failure',
  'success',
  'forced_success',
  'unknown',
] as const
export type NodeState = (typeof NODE_STATES)[number]

/** The last command that ran something: a rerun hides what started the instance at first. */
export type EngineTrigger = 'manual' | 'schedule' | 'backfill' | 'rerun' | 'recover' | 'other'

export interface EngineInstance {
  readonly id: number
  readonly definitionCode: EngineCode
  readonly definitionVersion: number
  readonly name: string
  readonly state: InstanceState
  /** The engine's own word for it. */
  readonly engineState: string
  readonly isFinal: boolean
  /** 1 for the first time; a rerun or recovery raises it and keeps the id. */
  readonly attempt: number
  readonly trigger: EngineTrigger
  readonly scheduledFor: Date | null
  readonly startedAt: Date | null
  /** When the newest attempt began. 3.1 and 3.2 move `startedAt` on a rerun, 3.4 does not. */
  readonly restartedAt: Date | null
  readonly endedAt: Date | null
  /** Told by lists; a detail of 3.1 to 3.4 leaves it out. */
  readonly executor: string | null
  readonly host: string | null
}

export interface EngineInstanceDetail extends EngineInstance {
  /** What the start was given: the only correlation that survives every rerun. */
  readonly startParams: Readonly<Record<string, string>>
}

export interface EngineTaskInstance {
  readonly id: number
  readonly instanceId: number
  readonly taskCode: EngineCode
  readonly name: string
  readonly type: string
  readonly state: NodeState
  readonly engineState: string
  readonly isFinal: boolean
  readonly retryTimes: number
  readonly submittedAt: Date | null
  readonly startedAt: Date | null
  readonly endedAt: Date | null
  readonly host: string | null
  /** Values that the task set, from its own varPool: name → value. */
  readonly outputs: Readonly<Record<string, string>>
}

/** Both ends are instants; the client writes them in the token user's zone. */
export interface TimeWindow {
  readonly from: Date
  readonly to: Date
}

export interface EnginePage<T> {
  readonly items: readonly T[]
  readonly total: number
}

export interface StartRequest {
  readonly definitionCode: EngineCode
  readonly params: Readonly<Record<string, string>>
  readonly onFailure: FailureStrategy
  readonly warningType: WarningType
  readonly warningGroupId: number
  readonly priority: Priority
  readonly workerGroup: string
  readonly tenant: string
  readonly environmentCode: EngineCode | null
}

/** What the engine says to a start: 3.1 nothing, 3.2 a trigger code, 3.3 and later the instances. */
export type StartReceipt =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'trigger'; readonly triggerCode: string }
  | { readonly kind: 'instances'; readonly instanceIds: readonly number[] }

export type RunCommand = 'stop' | 'pause' | 'resume' | 'rerun' | 'recover_failed'

/** A piece of a task's log. Ask again with `nextLine`; an empty `text` is the end for now. */
export interface LogPiece {
  readonly text: string
  readonly nextLine: number
}
