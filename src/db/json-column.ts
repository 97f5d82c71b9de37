import type { z } from 'zod'

/** Reads a JSON column; a value that does not fit is a bug of ours, so it throws. */
export function readJson<S extends z.ZodType>(schema: S, text: string): z.output<S> {
  return schema.parse(JSON.parse(text))
}

export function readJsonOrNull<S extends z.ZodType>(
  schema: S,
  text: string | null,
): z.output<S> | null {
  return text === null ? null : readJson(schema, text)
}

export function writeJson(value: unknown): string {
  return JSON.stringify(value)
}
