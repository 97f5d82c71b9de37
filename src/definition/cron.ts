import { Cron } from 'croner'

export type CanonicalCron =
  | { readonly ok: true; readonly cron: string }
  | { readonly ok: false; readonly message: string }

const DAY_NAMES = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']
const MONTHS = 'JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC'
const FIELD = new RegExp(
  String.raw`^(\*|\?|\d+|L|LW|\d+W|\d+L|\d#\d|${MONTHS}|${DAY_NAMES.join('|')}|[-,/*])+$`,
)

/** 5-field Unix or 6- and 7-field Quartz, as Quartz with 7 fields where a year is given, else 6. */
export function canonicalCron(text: string): CanonicalCron {
  const fields = text.trim().toUpperCase().split(/\s+/)
  if (fields.length === 5) return fromUnix(fields)
  if (fields.length !== 6 && fields.length !== 7)
    return bad('a cron has 5 (Unix) or 6 to 7 (Quartz) fields')
  if (fields.length === 7 && fields[6] === '*') fields.pop()
  return checkQuartz(fields)
}

function bad(message: string): CanonicalCron {
  return { ok: false, message }
}

function checkQuartz(fields: readonly string[]): CanonicalCron {
  const [, , , dayOfMonth = '', , dayOfWeek = ''] = fields
  if ((dayOfMonth === '?') === (dayOfWeek === '?'))
    return bad('exactly one of day-of-month and day-of-week has to be ?')
  const broken = fields.find((field) => !FIELD.test(field))
  if (broken !== undefined) return bad(`"${broken}" is not understood`)
  if (/(^|[^\d])[089]/.test(dayOfWeek.replaceAll(/#\d/g, '').replaceAll(/\/\d+/g, '')))
    return bad('days of the week are 1 (SUN) to 7 (SAT)')
  if (
    fields.some((field) => /[LW#]/.test(field.replaceAll(/[A-Z]{3}/g, '')) && field.includes(','))
  )
    return bad('L, W and # cannot stand in a list')
  const cron = fields.map(expandWraps).join(' ')
  try {
    evaluator(cron)
  } catch (error) {
    return bad(error instanceof Error ? error.message : 'not understood')
  }
  return { ok: true, cron }
}

/** Unix means "or" when both day fields are restricted; no single Quartz expression says that. */
function fromUnix([
  minute = '',
  hour = '',
  dayOfMonth = '',
  month = '',
  dayOfWeek = '',
]: readonly string[]): CanonicalCron {
  if (dayOfMonth !== '*' && dayOfWeek !== '*')
    return bad('a Unix cron may restrict day-of-month or day-of-week, not both')
  const days = dayOfWeek === '*' ? '?' : unixDays(dayOfWeek)
  if (days === null) return bad(`"${dayOfWeek}" is no day of the week`)
  return checkQuartz(['0', minute, hour, days === '?' ? dayOfMonth : '?', month, days])
}

/** 0-7 with Sunday as 0 and 7 → 1-7 with Sunday as 1; ranges become lists. */
function unixDays(field: string): string | null {
  const days = new Set<number>()
  for (const part of field.split(',')) {
    const match = /^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(part)
    if (!match) return null
    const [, from = '', to, step] = match
    const first = from === '*' ? 0 : dayNumber(from)
    const last =
      from === '*' ? 6 : to === undefined ? (step === undefined ? first : 6) : dayNumber(to)
    if (first === null || last === null || last < first) return null
    for (let day = first; day <= last; day += Number(step ?? 1)) days.add((day % 7) + 1)
  }
  return [...days].sort((a, b) => a - b).join(',')
}

function dayNumber(text: string): number | null {
  const name = DAY_NAMES.indexOf(text)
  if (name >= 0) return name
  return /^[0-7]$/.test(text) ? Number(text) : null
}

const SIZES = [60, 60, 24]

/** `22-2` in hours is `22,23,0,1,2` to Quartz; written out so that every reader agrees. */
function expandWraps(field: string, index: number): string {
  const size = SIZES[index]
  if (size === undefined) return field
  return field
    .split(',')
    .map((part) => {
      const [, from = '', to = ''] = /^(\d+)-(\d+)$/.exec(part) ?? []
      const [first, last] = [Number(from), Number(to)]
      if (from === '' || first <= last) return part
      return Array.from({ length: size - first + last + 1 }, (_, n) => (first + n) % size).join(',')
    })
    .join(',')
}

function evaluator(cron: string): Cron {
  return new Cron(cron, {
    alternativeWeekdays: true,
    domAndDow: true,
    sloppyRanges: true,
    mode: '6-or-7-parts',
    timezone: 'UTC',
    paused: true,
  })
}

/** How many wall-clock times in a row may fall into a gap before there is no next fire. */
const MAX_GAPS = 1000

/**
 * The next fires as Quartz 2.3 has them: it walks wall-clock time, skips a time that does not exist
 * (spring) and takes the later instant of one that comes twice (autumn). `cron` is canonical.
 */
export function nextFires(
  schedule: { readonly cron: string; readonly timezone: string },
  from: Date,
  count: number,
): readonly Date[] {
  const zone = zoneOf(schedule.timezone)
  const cron = evaluator(schedule.cron)
  const fires: Date[] = []
  let wall: Date | null = new Date(zone.wallMs(Math.floor(from.getTime() / 1000) * 1000))
  for (let gaps = 0; fires.length < count && gaps < MAX_GAPS;) {
    wall = cron.nextRun(wall)
    if (!wall) break
    const instants = zone.instantsOf(wall.getTime())
    if (instants.length === 0) gaps += 1
    else fires.push(new Date(Math.max(...instants)))
  }
  return fires.filter((fire) => fire > from)
}

const DAY_MS = 86_400_000

interface Zone {
  /** Wall-clock time at an instant, as if it were UTC. */
  wallMs(instantMs: number): number
  instantsOf(wallMs: number): readonly number[]
}

function zoneOf(timeZone: string): Zone {
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
    const parts = Object.fromEntries(
      format.formatToParts(instantMs).map((part) => [part.type, Number(part.value)]),
    )
    const part = (name: string): number => parts[name] ?? 0
    return Date.UTC(
      part('year'),
      part('month') - 1,
      part('day'),
      part('hour'),
      part('minute'),
      part('second'),
    )
  }
  const instantsOf = (wall: number): readonly number[] => {
    const offsets = new Set([wall - DAY_MS, wall, wall + DAY_MS].map((at) => wallMs(at) - at))
    return [...offsets].map((offset) => wall - offset).filter((at) => wallMs(at) === wall)
  }
  return { wallMs, instantsOf }
}

export function isTimeZone(timeZone: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en-US', { timeZone }))
  } catch {
    return false
  }
}

/** The instant of a wall-clock time; in a gap the hour after it, of two the later. */
export function instantOf(local: string, timezone: string): Date {
  const wall = Date.parse(`${local}Z`)
  const zone = zoneOf(timezone)
  const [first, ...others] = zone.instantsOf(wall)
  if (first === undefined) return new Date(zone.instantsOf(wall + 3_600_000)[0] ?? wall)
  return new Date(Math.max(first, ...others))
}
