import { intlZone } from '#src/definition/zone.ts'
import { AppError } from '#src/lib/errors.ts'

const WIRE_DATE = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(?:\.\d+)?$/
const formats = new Map<string, Intl.DateTimeFormat>()

/**
 * The instant of a zone-less `yyyy-MM-dd HH:mm:ss`, read as Java does: of an hour that comes twice
 * the first, a time that a jump leaves out as much later.
 */
export function parseWireDate(text: string, zone: string): Date {
  const match = WIRE_DATE.exec(text)
  if (!match) return absoluteDate(text)
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map(Number)
  const wall = Date.UTC(year, month - 1, day, hour, minute, second)
  const before = offsetMs(wall - DAY_MS, zone)
  const after = offsetMs(wall + DAY_MS, zone)
  const candidates = [wall - before, wall - after].filter((at) => at + offsetMs(at, zone) === wall)
  return new Date(candidates.length > 0 ? Math.min(...candidates) : wall - before)
}

/** `yyyy-MM-dd HH:mm:ss` in a zone; fractions of a second are cut. */
export function formatWireDate(at: Date, zone: string): string {
  const wall = new Date(at.getTime() + offsetMs(at.getTime(), zone))
  return wall.toISOString().slice(0, 19).replace('T', ' ')
}

export function floorSecond(at: Date): Date {
  return new Date(Math.floor(at.getTime() / 1000) * 1000)
}

export function ceilSecond(at: Date): Date {
  return new Date(Math.ceil(at.getTime() / 1000) * 1000)
}

const DAY_MS = 86_400_000

function offsetMs(at: number, zone: string): number {
  if (zone === 'UTC') return 0
  const parts = formatOf(zone).formatToParts(at)
  const part = (type: string): number =>
    Number(parts.find((candidate) => candidate.type === type)?.value ?? 0)
  const wall = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  )
  return wall - Math.floor(at / 1000) * 1000
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known) return known
  const made = makeFormat(zone)
  formats.set(zone, made)
  return made
}

function makeFormat(zone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: intlZone(zone) ?? zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  } catch {
    throw new AppError('invalid', 'request.invalid', `"${zone}" is not a time zone`)
  }
}

/** A date that carries its own offset, as a server with another Jackson setting writes it. */
function absoluteDate(text: string): Date {
  const at = /(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? new Date(text) : new Date(Number.NaN)
  if (Number.isNaN(at.getTime())) throw new RangeError(`"${text}" is not a date of the engine`)
  return at
}
