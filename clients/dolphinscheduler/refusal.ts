import type { Operation } from './operation.ts'
import { AppError } from '#src/lib/errors.ts'
import type { ErrorKind } from '#src/lib/errors.ts'

/** The engine's "no", by what follows from it. */
export type RefusalClass = 'not_found' | 'conflict' | 'forbidden' | 'unauthenticated' | 'refused'

/** Numbers that mean the same wherever they come up. */
const EVERYWHERE: Readonly<Record<number, RefusalClass>> = {
  10008: 'not_found', // task instance
  10011: 'not_found', // alert group
  10017: 'not_found', // tenant
  10018: 'not_found', // project (3.1, 3.2)
  10020: 'not_found', // task instance
  10022: 'not_found', // schedule (3.1)
  10148: 'unauthenticated', // user disabled
  10190: 'not_found', // project (lists; 3.4)
  10203: 'not_found', // schedule (3.2 on)
  30001: 'forbidden',
  30002: 'forbidden',
  30003: 'forbidden',
  50001: 'not_found', // instance
  50003: 'not_found', // definition
  1200009: 'not_found', // environment
  1400001: 'forbidden',
  1402001: 'not_found', // worker group
}

/** The engine uses some numbers twice, so what is left is read by (operation, code). */
const BY_OPERATION: Readonly<Partial<Record<Operation, Readonly<Record<number, RefusalClass>>>>> = {
  'catalog.resources': { 20004: 'not_found' },
  'project.create': { 10019: 'conflict' },
  'project.delete': { 10137: 'conflict' },
  'definition.create': { 10168: 'conflict', 10198: 'refused' },
  'definition.update': { 10168: 'conflict', 50008: 'conflict' },
  'definition.release': { 50004: 'conflict' },
  'definition.delete': {
    10163: 'conflict', // running instances
    10193: 'conflict', // others depend on it
    10194: 'conflict',
    10195: 'conflict',
    50021: 'conflict', // still online
    50023: 'conflict', // its schedule is online
  },
  'schedule.create': { 10204: 'conflict', 50004: 'conflict' },
  'schedule.update': { 10023: 'conflict', 50004: 'conflict' },
  'schedule.online': { 50004: 'conflict', 10126: 'conflict' },
  'schedule.offline': { 10126: 'conflict' },
  'schedule.delete': { 50023: 'conflict' },
  'run.start': { 50004: 'conflict' },
  'run.command': { 50005: 'conflict', 50006: 'conflict', 50009: 'conflict', 50071: 'conflict' },
}

/** From 3.3 on most refusals are 10000 (or a fallback number) with a free, untranslated text. */
const BY_TEXT: readonly {
  readonly operation: Operation
  readonly text: RegExp
  readonly means: RefusalClass
}[] = [
  { operation: 'run.start', text: /should be online/, means: 'conflict' },
  { operation: 'run.start', text: /Cannot find the workflow/, means: 'not_found' },
  { operation: 'run.command', text: /status is \w+, ?can ?not/, means: 'conflict' },
  { operation: 'definition.release', text: /is not online/, means: 'conflict' },
  { operation: 'definition.delete', text: /dependent/, means: 'conflict' },
  { operation: 'definition.update', text: /dependent/, means: 'conflict' },
]

export interface Refusal {
  readonly operation: Operation
  readonly code: number
  readonly message: string
}

export function classify(refusal: Refusal): RefusalClass {
  const byNumber = BY_OPERATION[refusal.operation]?.[refusal.code] ?? EVERYWHERE[refusal.code]
  if (byNumber) return byNumber
  const byText = BY_TEXT.find(
    ({ operation, text }) => operation === refusal.operation && text.test(refusal.message),
  )
  return byText?.means ?? 'refused'
}

const KINDS: Readonly<Record<RefusalClass, ErrorKind>> = {
  not_found: 'not_found',
  conflict: 'conflict',
  forbidden: 'upstream',
  unauthenticated: 'upstream',
  refused: 'upstream',
}

/** A sentence; some answers put a whole stack or page there. */
const MAX_MESSAGE = 2_000

function shortened(text: string): string {
  if (text.length <= MAX_MESSAGE) return text
  return `${text.slice(0, MAX_MESSAGE).toWellFormed()}… (${text.length - MAX_MESSAGE} more characters)`
}

export function refusalError(refusal: Refusal, means: RefusalClass = classify(refusal)): AppError {
  const message = shortened(refusal.message)
  return new AppError(
    KINDS[means],
    `engine.${means}`,
    `the engine answered "${refusal.operation}" with ${refusal.code}: ${message}`,
    {
      details: {
        operation: refusal.operation,
        engine_code: refusal.code,
        engine_message: message,
      },
    },
  )
}
