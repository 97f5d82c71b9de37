const formats = new Map<string, Intl.DateTimeFormat>()

/** `yyyy-MM-dd HH:mm:ss`: the simulated server writes no zone. */
export function wireTime(at: number, zone: string): string {
  if (zone === 'UTC') return new Date(at).toISOString().slice(0, 19).replace('T', ' ')
  const format = formats.get(zone) ?? makeFormat(zone)
  formats.set(zone, format)
  return format.format(at)
}

function makeFormat(timeZone: string): Intl.DateTimeFormat {
  // Swedes write dates as the engine does.
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' })
}

export function wireTimeOrNull(at: number | null, zone: string): string | null {
  return at === null || !Number.isFinite(at) ? null : wireTime(at, zone)
}

/** null: not a date. */
export function readWireTime(text: string, zone: string): number | null {
  const wall = readUtc(text.trim())
  if (wall === null) return null
  const shift = (at: number): number => (readUtc(wireTime(at, zone)) ?? at) - at
  return wall - shift(wall - shift(wall))
}

function readUtc(text: string): number | null {
  const match = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)$/.exec(text)
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
