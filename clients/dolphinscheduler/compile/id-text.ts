import type { JsonValue } from '#src/lib/json.ts'

/** An id is a number or its digits; anything else is none. */
export function idText(value: JsonValue | undefined): string | null {
  return typeof value === 'number' || typeof value === 'string' ? String(value) : null
}
