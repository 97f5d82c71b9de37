import { z } from 'zod'
import type { Concurrency, FailureStrategy, Priority, WarningType } from '#src/definition/values.ts'
import { must } from '#src/lib/must.ts'
import { lookup } from '../compile/lookup.ts'

/** Stands for the tenant of the user: 3.1 takes it for a definition and lists it nowhere. */
export const USERS_TENANT = 'default'

/** The engine's capitals and our words for the same. */
const PRIORITIES = {
  HIGHEST: 'highest',
  HIGH: 'high',
  MEDIUM: 'medium',
  LOW: 'low',
  LOWEST: 'lowest',
} as const
const FAILURE_STRATEGIES = { CONTINUE: 'continue', END: 'end' } as const
const WARNING_TYPES = { NONE: 'none', SUCCESS: 'success', FAILURE: 'failure', ALL: 'all' } as const
const CONCURRENCIES = {
  PARALLEL: 'parallel',
  SERIAL_WAIT: 'serial_wait',
  SERIAL_DISCARD: 'serial_discard',
  SERIAL_PRIORITY: 'serial_priority',
} as const
const EXECUTIONS = { BATCH: 'batch', STREAM: 'stream' } as const
const TIMEOUT_ACTIONS = { WARN: 'warn', FAILED: 'fail', WARNFAILED: 'warn_and_fail' } as const
export type TimeoutAction = (typeof TIMEOUT_ACTIONS)[keyof typeof TIMEOUT_ACTIONS]

export const PriorityWord = wordOf<Priority>(PRIORITIES, 'medium')
export const FailureStrategyWord = wordOf<FailureStrategy>(FAILURE_STRATEGIES, 'continue')
export const WarningTypeWord = wordOf<WarningType>(WARNING_TYPES, 'none')
export const ConcurrencyWord = wordOf<Concurrency>(CONCURRENCIES, 'parallel')
export const ExecutionWord = wordOf<'batch' | 'stream'>(EXECUTIONS, 'batch')
export const TimeoutActionWord = wordOf<TimeoutAction>(TIMEOUT_ACTIONS, 'warn')

export const wirePriority = (word: Priority): string => wireWord(PRIORITIES, word)
export const wireFailureStrategy = (word: FailureStrategy): string =>
  wireWord(FAILURE_STRATEGIES, word)
export const wireWarningType = (word: WarningType): string => wireWord(WARNING_TYPES, word)
export const wireConcurrency = (word: Concurrency): string => wireWord(CONCURRENCIES, word)
export const wireTimeoutAction = (word: TimeoutAction): string => wireWord(TIMEOUT_ACTIONS, word)

/** Reads the engine's word; absent or blank is `fallback`, an unknown word is an error. */
function wordOf<T extends string>(words: Readonly<Record<string, T>>, fallback: T) {
  return z
    .string()
    .nullish()
    .transform((text, ctx): T => {
      if (text === null || text === undefined || text === '') return fallback
      const word = lookup(words, text)
      if (word !== undefined) return word
      ctx.addIssue(`unknown word "${text}"`)
      return z.NEVER
    })
}

function wireWord(words: Readonly<Record<string, string>>, word: string): string {
  const found = Object.entries(words).find(([, ours]) => ours === word)
  return must(found, `an engine word for ${word}`)[0]
}
