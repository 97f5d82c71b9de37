import type { Issue } from '../lib/errors.ts'

/** RFC 6901: a path of keys and indexes as a JSON pointer. */
export function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

/** A fault of a definition at a place of it. */
export function issueAt(path: readonly PropertyKey[], code: string, message: string): Issue {
  return { pointer: pointerOf(path), code: `definition.${code}`, message }
}
