import { Cron } from 'croner'
import { type FieldSpec, textOf, valuesOf } from './cron-field.ts'
import { instantOfWall, zoneOf } from './zone.ts'

export type CanonicalCron =
  | { readonly ok: true; readonly cron: string }
  | { readonly ok: false; readonly message: string }

const DAY_NAMES = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']
const MONTH_NAMES = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ')

const SECOND: FieldSpec = { name: 'second', min: 0, top: 59, max: 59 }
const MINUTE: FieldSpec = { name: 'minute', min: 0, top: 59, max: 59 }
const HOUR: FieldSpec = { name: 'hour', min: 0, top: 23, max: 23 }
const DAY_OF_MONTH: FieldSpec = { name: 'day of the month', min: 1, top: 31, max: 31 }
const MONTH: FieldSpec = { name: 'month', min: 1, top: 12, max: 12, names: MONTH_NAMES }
const DAY_OF_WEEK: FieldSpec = {
  name: 'day of the week',
  min: 1,
  top: 7,
  max: 7,
  names: DAY_NAMES,
}
const UNIX_DAY_OF_WEEK: FieldSpec = { ...DAY_OF_WEEK, min: 0, top: 6 }
const YEAR: FieldSpec = { name: 'year', min: 1970, top: 2099, max: 2099, isEndless: true }

/**
 * 5-field Unix or 6- and 7-field Quartz as the one Quartz text for when it fires: crons that fire at
 * the same times are equal text, but for the days that only a calendar knows (`L`, `W`, `#`).
 */
export function canonicalCron(text: string): CanonicalCron {
  const fields = text.trim().toUpperCase().split(/\s+/)
  const [first = '', second = '', third = '', fourth = '', fifth = '', sixth = '', seventh = '*'] =
    fields
  if (fields.length === 5) return unix([first, second, third, fourth, fifth])
  if (fields.length !== 6 && fields.length !== 7)
    return bad('a cron has 5 (Unix) or 6 to 7 (Quartz) fields')
  if ((fourth === '?') === (sixth === '?'))
    return bad('exactly one of day-of-month and day-of-week has to be ?')
  const dayOfMonth = fourth === '?' ? '?' : dayOfMonthText(fourth)
  const dayOfWeek = sixth === '?' ? '?' : dayOfWeekText(sixth)
  return joined({
    start: [plain(first, SECOND), plain(second, MINUTE), plain(third, HOUR)],
    dayOfMonth,
    month: plain(fifth, MONTH),
    dayOfWeek,
    year: plain(seventh, YEAR),
  })
}

/** Unix means "or" when both day fields are restricted; no single Quartz expression says that. */
function unix([minute, hour, day, month, weekday]: readonly [
  string,
  string,
  string,
  string,
  string,
]): CanonicalCron {
  const dayOfMonth = day === '?' ? '*' : plain(day, DAY_OF_MONTH)
  const weekdays = valuesOf(weekday === '?' ? '*' : weekday, UNIX_DAY_OF_WEEK)
  if (!weekdays.ok) return bad(weekdays.message)
  const dayOfWeek = textOf(
    weekdays.values.map((value) => value + 1),
    DAY_OF_WEEK,
  )
  if (typeof dayOfMonth === 'string' && dayOfMonth !== '*' && dayOfWeek !== '*')
    return bad('a Unix cron may restrict day-of-month or day-of-week, not both')
  return joined({
    start: ['0', plain(minute, MINUTE), plain(hour, HOUR)],
    dayOfMonth: dayOfWeek === '*' ? dayOfMonth : '?',
    month: plain(month, MONTH),
    dayOfWeek: dayOfWeek === '*' ? '?' : dayOfWeek,
    year: '*',
  })
}

interface Bad {
  readonly ok: false
  readonly message: string
}
type FieldText = string | Bad

function bad(message: string): Bad {
  return { ok: false, message }
}

function joined(fields: {
  readonly start: readonly FieldText[]
  readonly dayOfMonth: FieldText
  readonly month: FieldText
  readonly dayOfWeek: FieldText
  readonly year: FieldText
}): CanonicalCron {
  const isEveryDay = fields.dayOfWeek === '*'
  const texts: string[] = []
  for (const field of [
    ...fields.start,
    isEveryDay ? '*' : fields.dayOfMonth,
    fields.month,
    isEveryDay ? '?' : fields.dayOfWeek,
    ...(fields.year === '*' ? [] : [fields.year]),
  ]) {
    if (typeof field !== 'string') return field
    texts.push(field)
  }
  return { ok: true, cron: texts.join(' ') }
}

function plain(field: string, spec: FieldSpec): FieldText {
  const parsed = valuesOf(field, spec)
  return parsed.ok ? textOf(parsed.values, spec) : bad(parsed.message)
}

function dayOfMonthText(field: string): FieldText {
  if (/[LW]/.test(field)) {
    if (field.includes(',')) return bad('L and W cannot stand in a list')
    if (/^L-\d/.test(field)) return bad(`"${field}": days counted from the last one are not read`)
    return /^(?:L|LW|(?:0?[1-9]|[12]\d|3[01])W)$/.test(field)
      ? field.replace(/^0/, '')
      : bad(`"${field}" is no day of the month`)
  }
  return plain(field, DAY_OF_MONTH)
}

/** `L` alone is Saturday, the last day of Quartz's week; `6L` the last Friday, `6#3` the third. */
function dayOfWeekText(field: string): FieldText {
  if (field === 'L') return '7'
  const special = /^([1-7]|[A-Z]{3})(L|#[1-5])$/.exec(field)
  if (!special) {
    return /#|\dL/.test(field) && field.includes(',')
      ? bad('L and # cannot stand in a list')
      : plain(field, DAY_OF_WEEK)
  }
  const [, name = '', suffix = ''] = special
  const day = plain(name, DAY_OF_WEEK)
  return typeof day === 'string' ? `${day}${suffix}` : day
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
 * (spring) and takes the later instant of one that comes twice (autumn). What is no cron to us has
 * none: an engine may hold schedules that we cannot read.
 */
export function nextFires(
  schedule: { readonly cron: string; readonly timezone: string },
  from: Date,
  count: number,
): readonly Date[] {
  const canonical = canonicalCron(schedule.cron)
  if (!canonical.ok) return []
  const zone = zoneOf(schedule.timezone)
  const cron = evaluator(canonical.cron)
  const fires: Date[] = []
  let wall: Date | null = new Date(zone.wallMs(Math.floor(from.getTime() / 1000) * 1000))
  for (let gaps = 0; fires.length < count && gaps < MAX_GAPS;) {
    wall = cron.nextRun(wall)
    if (!wall) break
    const instants = zone.instantsOf(wall.getTime())
    if (instants.length === 0) gaps += 1
    else fires.push(new Date(Math.max(...instants)))
  }
  return fires
}

/** The instant of a wall-clock time such as `2026-03-29T02:30:00`. */
export function instantOf(local: string, timezone: string): Date {
  return new Date(instantOfWall(zoneOf(timezone), Date.parse(`${local}Z`)))
}
