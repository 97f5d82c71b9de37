import {
  isScalar,
  LineCounter,
  parseDocument,
  stringify,
  visit,
  type Document,
  type YAMLError,
  type YAMLMap,
} from 'yaml'
import type { Issue } from '../lib/errors.ts'
import type { WorkflowDocument } from './document.ts'
import { issueAt } from './pointer.ts'

/** The document as YAML in the schema's own order, ready to be imported again; `origin` heads it. */
export function toYaml(document: WorkflowDocument, origin: string): string {
  return `# ${origin}\n${stringify(document, { aliasDuplicateObjects: false, lineWidth: 0 })}`
}

export type YamlValue =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly issues: readonly Issue[] }

const MAX_ALIASES = 100
const SEVERAL = 'one document here; several: POST /workflows:import?dry_run=true'
/** One broken bracket can make every line after it a fault. */
const MAX_ISSUES = 20

/**
 * YAML 1.2 (JSON is YAML) as plain values. Duplicate keys, keys that are no plain text and unknown
 * tags are faults; aliases are bounded.
 */
export function readYaml(text: string): YamlValue {
  try {
    const lines = new LineCounter()
    // The library compares every key with every other one, and copies the whole line for every
    // fault of it: both are done below instead.
    const options = { uniqueKeys: false, prettyErrors: false, lineCounter: lines }
    const yaml = withoutStacks(() => parseDocument(text, options))
    const issues = [...syntaxIssues(yaml, lines), ...keyIssues(yaml, lines)]
    if (issues.length > 0) return { ok: false, issues: issues.slice(0, MAX_ISSUES) }
    return { ok: true, value: yaml.toJS({ maxAliasCount: MAX_ALIASES }) }
  } catch (error) {
    return { ok: false, issues: [issueAt([], 'yaml', messageOf(error))] }
  }
}

/** Each fault is an Error, and there may be one a character: their stacks cost more than the reading. */
function withoutStacks<T>(work: () => T): T {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  try {
    return work()
  } finally {
    Error.stackTraceLimit = limit
  }
}

/** The library walks by recursion; where the stack ends, it throws or makes it a fault of the text. */
const STACK_END = /call stack/

function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : 'unreadable YAML'
  return STACK_END.test(message) ? 'nested too deep' : message
}

function syntaxIssues(yaml: Document.Parsed, lines: LineCounter): readonly Issue[] {
  const faults = [...yaml.errors, ...yaml.warnings]
  if (faults.some((fault) => STACK_END.test(fault.message)))
    return [issueAt([], 'yaml', 'nested too deep')]
  return faults
    .slice(0, MAX_ISSUES)
    .map((fault) =>
      issueAt([], 'yaml', `line ${lines.linePos(fault.pos[0]).line}: ${sentenceOf(fault)}`),
    )
}

/** The library tells of several documents what a program should call. */
function sentenceOf({ code, message }: Pick<YAMLError, 'code' | 'message'>): string {
  return code === 'MULTIPLE_DOCS' ? SEVERAL : (message.split('\n')[0] ?? '')
}

function keyIssues(yaml: Document.Parsed, lines: LineCounter): readonly Issue[] {
  const issues: Issue[] = []
  visit(yaml, {
    Map(_key, map) {
      issues.push(...keyIssuesOf(map, lines))
    },
  })
  return issues
}

function keyIssuesOf(map: YAMLMap, lines: LineCounter): readonly Issue[] {
  const seen = new Set<string>()
  return map.items.flatMap(({ key }) => {
    if (!isScalar(key)) return [issueAt([], 'yaml', 'every key has to be plain text')]
    const name = String(key.value)
    const isNew = !seen.has(name)
    seen.add(name)
    if (isNew) return []
    const { line } = lines.linePos(key.range?.[0] ?? 0)
    return [issueAt([], 'yaml', `line ${line}: the key "${name}" stands twice`)]
  })
}
