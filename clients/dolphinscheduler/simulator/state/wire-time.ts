/** The simulated server lives in UTC and writes no zone. */
export function wireTime(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ')
}

export function wireTimeOrNull(at: number | null): string | null {
  return at === null || !Number.isFinite(at) ? null : wireTime(at)
}

/** null: not a date. */
export function readWireTime(text: string): number | null {
  const match = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)$/.exec(text.trim())
  if (!match) return null
  const at = Date.parse(`${match[1] ?? ''}T${match[2] ?? ''}Z`)
  return Number.isNaN(at) ? null : at
}

export function floorToSecond(at: number): number {
  return Math.floor(at / 1000) * 1000
}

/** `yyyyMMddHHmmssSSS`, at the end of an instance's name. */
export function nameTime(at: number): string {
  return new Date(at).toISOString().replaceAll(/[-:.TZ]/g, '')
}
