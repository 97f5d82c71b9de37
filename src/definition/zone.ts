const DAY_MS = 86_400_000

/** Wall clocks of a time zone; a wall-clock time is written as the UTC instant that reads the same. */
export interface Zone {
  wallMs(instantMs: number): number
  /** None where the clock skips the time, two where it comes twice. */
  instantsOf(wallMs: number): readonly number[]
}

const zonesById = new Map<string, Zone>()

/** What is no time zone is GMT: so the engine's Java takes it, without a word. */
export function zoneOf(timeZone: string): Zone {
  // Asking `Intl` is dear; `+08:00` is kept for `GMT+8`, and by itself is GMT.
  const kept = ZONE_NAME.test(timeZone) ? zonesById.get(timeZone) : undefined
  if (kept) return kept
  // By what it stands for: so the zones that are kept stay few.
  const id = intlZone(timeZone) ?? 'UTC'
  const known = zonesById.get(id)
  if (known) return known
  const zone = createZone(id)
  zonesById.set(id, zone)
  return zone
}

/**
 * An IANA name as it is written, or Java's own `GMT+8`. Java knows no other spelling of them: to it
 * `asia/shanghai`, `UTC+8` and `+08:00` are GMT.
 */
export function isTimeZone(timeZone: string): boolean {
  return intlZone(timeZone) !== null
}

const ZONE_NAME = /^[A-Z][A-Za-z0-9_+-]*(?:\/[A-Z][A-Za-z0-9_+-]*)*$/
const CUSTOM = /^GMT([+-])(\d|[01]\d|2[0-3])(?::?([0-5]\d))?$/

/** What `Intl` calls it; null: it is none. */
export function intlZone(timeZone: string): string | null {
  const custom = CUSTOM.exec(timeZone)
  if (custom) {
    const [, sign = '+', hours = '', minutes = '00'] = custom
    return `${sign}${hours.padStart(2, '0')}:${minutes}`
  }
  if (!ZONE_NAME.test(timeZone)) return null
  try {
    const name = new Intl.DateTimeFormat('en-US', { timeZone }).resolvedOptions().timeZone
    return name === timeZone || name.toLowerCase() !== timeZone.toLowerCase() ? timeZone : null
  } catch {
    return null
  }
}

function createZone(timeZone: string): Zone {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  const wallMs = (instantMs: number): number => {
    const parts: Record<string, number> = {}
    for (const { type, value } of format.formatToParts(instantMs)) parts[type] = Number(value)
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
    return Date.UTC(year, month - 1, day, hour, minute, second)
  }
  const instantsOf = (wall: number): readonly number[] => {
    const offsets = new Set([wall - DAY_MS, wall, wall + DAY_MS].map((at) => wallMs(at) - at))
    return [...offsets].map((offset) => wall - offset).filter((at) => wallMs(at) === wall)
  }
  return { wallMs, instantsOf }
}

/** The instant of a wall-clock time: of two the later; a skipped one as far behind the gap as it was in it. */
export function instantOfWall(zone: Zone, wall: number): number {
  const instants = zone.instantsOf(wall)
  const before = wall - DAY_MS
  return instants.length > 0 ? Math.max(...instants) : wall - (zone.wallMs(before) - before)
}
