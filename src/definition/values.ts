import { z } from 'zod'

/** Keys and ids: what may stand in a URL, a parameter name and a file name alike. */
export const Identifier = z
  .string()
  .regex(
    /^[A-Za-z][A-Za-z0-9_-]{0,127}$/,
    'must be a letter, then letters, digits, _ or - (at most 128)',
  )

/** What stands in `${…}`: the engine takes any text; a key that copies lose is none. */
export const ParamName = z
  .string()
  .max(255)
  .regex(/^(?!__proto__$).*$/, 'must be one line, and not __proto__')

/** Spaces around it are a fault, but the engine takes them. */
export const DisplayName = z.string().max(255).regex(/\S/, 'must not be empty')

/** What the engine keeps a number in. */
export const ENGINE_INT_MAX = 2_147_483_647

export const Concurrency = z.enum(['parallel', 'serial_wait', 'serial_discard', 'serial_priority'])
export type Concurrency = z.output<typeof Concurrency>

export const FailureStrategy = z.enum(['continue', 'end'])
export type FailureStrategy = z.output<typeof FailureStrategy>

export const Priority = z.enum(['highest', 'high', 'medium', 'low', 'lowest'])
export type Priority = z.output<typeof Priority>

export const WarningType = z.enum(['none', 'success', 'failure', 'all'])
export type WarningType = z.output<typeof WarningType>
