import type { z } from 'zod'

const FORMATS: ReadonlyMap<string, string> = new Map([
  ['datetime', 'must be a date and time such as 2026-01-31T03:00:00Z or 2026-01-31T03:00:00+08:00'],
  ['url', 'must be an http or https URL'],
])

/** zod's words for a fault in plain ones; null: zod's own. */
export function plainMessage(issue: z.core.$ZodRawIssue): string | null {
  if (issue.input === undefined && issue.code !== 'invalid_union') return 'is required'
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${withArticle(issue.expected)}, not ${kindOf(issue.input)}`
    case 'invalid_value':
      return `must be ${listOf(issue.values)}, not ${JSON.stringify(issue.input)}`
    case 'too_small':
      return `must ${bound(issue.origin, issue.minimum, 'least')}`
    case 'too_big':
      return `must ${bound(issue.origin, issue.maximum, 'most')}`
    case 'invalid_format':
      return FORMATS.get(issue.format) ?? null
    case 'invalid_union':
      return unionMessage(issue)
    case 'unrecognized_keys':
    case 'invalid_key':
    case 'invalid_element':
    case 'not_multiple_of':
    case 'custom':
      return null
  }
}

function unionMessage(issue: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidUnion>): string {
  const { options } = issue
  if (Array.isArray(options)) return `must be one of ${options.join(', ')}`
  const kinds = issue.errors.flat().flatMap((inner) => {
    if (inner.path.length > 0) return []
    if (inner.code === 'invalid_type') return [withArticle(inner.expected)]
    return inner.code === 'invalid_value' ? [listOf(inner.values)] : []
  })
  if (issue.input === undefined) return `is required: ${kinds.join(' or ')}`
  return `must be ${kinds.join(' or ')}, not ${kindOf(issue.input)}`
}

function bound(origin: string, limit: number | bigint, which: 'least' | 'most'): string {
  const unit = { string: 'character', array: 'item' }[origin]
  if (unit === undefined) return `be at ${which} ${limit}`
  return `have at ${which} ${limit} ${unit}${Number(limit) === 1 ? '' : 's'}`
}

function listOf(values: readonly unknown[]): string {
  const texts = values.map((value) => JSON.stringify(value))
  return texts.length > 1 ? `one of ${texts.join(', ')}` : texts.join('')
}

function withArticle(kind: string): string {
  const name = { int: 'integer', record: 'object' }[kind] ?? kind
  if (name === 'null') return name
  return `${/^[aeiou]/.test(name) ? 'an' : 'a'} ${name}`
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
  return withArticle(typeof value)
}
