import { z } from '@hono/zod-openapi'

/** Control characters, and those that turn the reading direction: two names would look alike. */
const HIDDEN = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u

/** A name that people read, one line of it. */
export function plainName(maxLength: number) {
  return z
    .string()
    .trim()
    .min(1)
    .max(maxLength)
    .refine((text) => !HIDDEN.test(text), 'must hold no control characters')
}
