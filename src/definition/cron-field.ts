/** One field of a cron: which numbers it may hold, and what else it may be called. */
export interface FieldSpec {
  readonly name: string
  readonly min: number
  /** The last value that `*` stands for. */
  readonly top: number
  /** The highest number that may be written; Unix writes Sunday as 0 and as 7. */
  readonly max: number
  /** Three-letter names, the first one meaning `min`. */
  readonly names?: readonly string[]
  /** Years do not come round again. */
  readonly isEndless?: boolean
}

export type FieldValues =
  | { readonly ok: true; readonly values: readonly number[] }
  | { readonly ok: false; readonly message: string }

const ITEM = /^(?:(\*)|(\d{1,4}|[A-Z]{3})(?:-(\d{1,4}|[A-Z]{3}))?)?(?:\/(\d{1,3}))?$/

/** The values of a field, sorted. Ranges that wrap (`22-2`) go on at the first value. */
export function valuesOf(field: string, spec: FieldSpec): FieldValues {
  const values = new Set<number>()
  for (const item of field.split(',')) {
    const range = item === '' ? null : rangeOf(item, spec)
    if (!range) return { ok: false, message: `"${item}" is no ${spec.name}${hint(item, spec)}` }
    const size = spec.top - spec.min + 1
    for (let value = range.first; value <= range.last; value += range.step)
      values.add(((value - spec.min) % size) + spec.min)
  }
  return { ok: true, values: [...values].sort((a, b) => a - b) }
}

function hint(item: string, { min, max, names = [] }: FieldSpec): string {
  if (/[A-Z].*\//.test(item)) return '; with a step, write digits'
  return names.length === 0 ? ` (${min}-${max})` : ` (${min}-${max}, ${names[0]}-${names.at(-1)})`
}

interface Range {
  readonly first: number
  readonly last: number
  readonly step: number
}

function rangeOf(item: string, spec: FieldSpec): Range | null {
  const match = ITEM.exec(item)
  if (!match) return null
  const [, star, from, to, stepText] = match
  const step = Number(stepText ?? 1)
  if (step < 1 || step > spec.top) return null
  // `/5` is `*/5`.
  if (star !== undefined || from === undefined) return { first: spec.min, last: spec.top, step }
  // Quartz ignores the step after a name: no value set would be what the writer meant.
  if (stepText !== undefined && /[A-Z]/.test(item)) return null
  const first = numberOf(from, spec)
  const last = to === undefined ? first : numberOf(to, spec)
  if (first === null || last === null) return null
  if (to === undefined) return { first, last: stepText === undefined ? first : spec.top, step }
  if (last >= first) return { first, last, step }
  return spec.isEndless ? null : { first, last: last + spec.top - spec.min + 1, step }
}

function numberOf(text: string, { min, max, names = [] }: FieldSpec): number | null {
  const position = names.indexOf(text)
  if (position >= 0) return min + position
  const value = Number(text)
  return value >= min && value <= max ? value : null
}

/** Fewer values than this are simply listed. */
const MIN_RUN = 3
/** Days of the week are never written with a step: readers of Quartz disagree about it. */
const MIN_STEPPED_SIZE = 8

/** The one way to write a set of values: equal sets are equal text. */
export function textOf(values: readonly number[], spec: FieldSpec): string {
  const { min, top } = spec
  if (values.length === top - min + 1) return '*'
  return steppedText(values, spec) ?? runsText(values)
}

function steppedText(values: readonly number[], { min, top }: FieldSpec): string | null {
  const [first = min, second = first] = values
  const step = second - first
  const isEven = values.every((value, index) => value === first + index * step)
  const isToTheEnd = (values.at(-1) ?? top) + step > top
  const isWorthIt = step > 1 && values.length >= MIN_RUN && top - min + 1 >= MIN_STEPPED_SIZE
  return isEven && isToTheEnd && isWorthIt ? `${first === min ? '*' : first}/${step}` : null
}

function runsText(values: readonly number[]): string {
  const runs: number[][] = []
  for (const value of values) {
    const run = runs.at(-1)
    if (run && run.at(-1) === value - 1) run.push(value)
    else runs.push([value])
  }
  return runs
    .map((run) => (run.length < MIN_RUN ? run.join(',') : `${run[0]}-${run.at(-1)}`))
    .join(',')
}
