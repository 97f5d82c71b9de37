/** An invariant of ours: failing it is a bug, not an outcome. */
export function must<T>(value: T | null | undefined, why: string): T {
  if (value === null || value === undefined) throw new Error(`invariant: ${why}`)
  return value
}
