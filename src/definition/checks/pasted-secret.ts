import type { WorkflowDocument } from '../document.ts'
import type { Task } from '../task.ts'
import {
  assignedSecrets,
  labelledSecret,
  type Language,
  type SecretAt,
} from './assigned-secrets.ts'
import type { Check, Found } from './check.ts'
import { KNOWN_TOKENS, TOKEN_HINT } from './known-tokens.ts'
import { textsIn, textsOfTask, type Text } from './texts.ts'

export const pastedSecret = {
  id: 'pasted_secret',
  severity: 'error',
  title: 'A password, token or key written out',
  run(document): readonly Found[] {
    return [
      ...proseTexts(document),
      ...startTexts(document),
      ...document.tasks.flatMap(labelledTexts),
    ].flatMap(secretsIn)
  },
} as const satisfies Check

interface LabelledText extends Text {
  readonly label: string
  readonly language: Language
}

/** People paste command lines into what they write about them. */
function proseTexts({ description, tasks }: WorkflowDocument): readonly LabelledText[] {
  const prose = { label: 'description', language: 'prose' } as const
  return [
    { ...prose, path: ['description'], text: description },
    ...tasks.map((task, index) => ({
      ...prose,
      path: ['tasks', index, 'description'],
      text: task.description,
    })),
  ]
}

function startTexts({ start }: WorkflowDocument): readonly LabelledText[] {
  return Object.entries(start.params.properties).flatMap(([label, param]) =>
    textsIn({ default: param.default ?? '', enum: param.enum ?? [] }, [
      'start',
      'params',
      'properties',
      label,
    ]).map((text): LabelledText => ({ ...text, label, language: 'shell' })),
  )
}

function labelledTexts(task: Task, index: number): readonly LabelledText[] {
  return textsOfTask(task, ['tasks', index]).map((text) => {
    const [, , field, n] = text.path
    const last = String(text.path.at(-1))
    const isValue = (field === 'params' || field === 'outputs') && typeof n === 'number'
    const label = isValue && last === 'value' ? nameOf(task[field][n]) : last
    return { ...text, label, language: languageOf(task, String(field)) }
  })
}

function nameOf(param: { readonly name: string } | undefined): string {
  return param?.name ?? ''
}

function languageOf(task: Task, field: string): Language {
  if (SQL_FIELDS.has(field)) return 'sql'
  if (field === 'script' && (task.type === 'spark' || task.type === 'flink')) return 'sql'
  const isProgram =
    (task.type === 'python' && field === 'script') || (task.type === 'java' && field === 'source')
  return isProgram ? 'program' : 'shell'
}

const SQL_FIELDS = new Set(['sql', 'pre_statements', 'post_statements', 'call', 'init_script'])

/** `pwd=1234`: what is shorter holds no secret together with its name. */
const MIN_TEXT_CHARS = 8

/** One finding for each kind of secret in a text; it never says the secret. */
function secretsIn({ path, text, label, language }: LabelledText): readonly Found[] {
  const labelled = labelledSecret(label, text)
  const isLong = text.length >= MIN_TEXT_CHARS
  const secrets = [
    ...(isLong ? knownTokens(text) : []),
    ...(labelled ? [labelled] : []),
    ...(isLong ? assignedSecrets(text, language) : []),
  ]
  if (secrets.length === 0) return []
  const byKind = Map.groupBy(withoutOverlaps(secrets), ({ kind }) => kind)
  return [...byKind].flatMap(([kind, [first, ...others]]) => {
    if (!first) return []
    const more = others.length === 0 ? '' : `, and ${others.length} more`
    return [{ path, message: `line ${lineOf(text, first.index)}: ${kind} ${masked(first)}${more}` }]
  })
}

function knownTokens(text: string): readonly SecretAt[] {
  if (!TOKEN_HINT.test(text)) return []
  return KNOWN_TOKENS.flatMap(({ kind, pattern }) =>
    [...text.matchAll(pattern)].flatMap((match) => {
      const value = match.groups?.['value'] ?? match[0]
      const index = match.index + match[0].indexOf(value)
      // Of documentation, such as AWS's own AKIAIOSFODNN7EXAMPLE.
      return /EXAMPLE$/i.test(value) ? [] : [{ kind, value, index }]
    }),
  )
}

/** In the order of the text; where two patterns see one secret, the earlier pattern names it. */
function withoutOverlaps(secrets: readonly SecretAt[]): readonly SecretAt[] {
  const ranked = secrets.map((secret, rank) => ({ secret, rank }))
  ranked.sort((a, b) => a.secret.index - b.secret.index || a.rank - b.rank)
  const kept: typeof ranked = []
  for (const next of ranked) {
    const last = kept.at(-1)
    const isApart = !last || last.secret.index + last.secret.value.length <= next.secret.index
    if (isApart) kept.push(next)
    else if (next.rank < last.rank) kept[kept.length - 1] = next
  }
  return kept.map(({ secret }) => secret)
}

function lineOf(text: string, index: number): number {
  let line = 1
  for (let at = text.indexOf('\n'); at !== -1 && at < index; at = text.indexOf('\n', at + 1))
    line += 1
  return line
}

const SHOWN_CHARS = 2
/** Of a shorter secret two characters would say too much. */
const MIN_SHOWN_OF = 8

function masked({ value }: SecretAt): string {
  if (value.startsWith('-----')) return '(PEM)'
  const size = `${value.length} characters`
  return value.length < MIN_SHOWN_OF ? `(${size})` : `(${value.slice(0, SHOWN_CHARS)}…, ${size})`
}
