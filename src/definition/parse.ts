import { parseDocument as readYaml } from 'yaml'
import type { Issue } from '../lib/errors.ts'
import { WorkflowDocument } from './document.ts'
import { pointerOf } from './pointer.ts'
import { upgradeDocument } from './upgrade.ts'

export type Parsed =
  | { readonly ok: true; readonly document: WorkflowDocument }
  | { readonly ok: false; readonly issues: readonly Issue[] }

/** Shape only: every fault at once, each with its pointer. Meaning is `findIssues`. */
export function parseWorkflow(value: unknown): Parsed {
  const upgraded = upgradeDocument(value)
  if (!upgraded.ok) return upgraded
  const parsed = WorkflowDocument.safeParse(upgraded.value)
  if (parsed.success) return { ok: true, document: parsed.data }
  return { ok: false, issues: parsed.error.issues.flatMap(toIssues) }
}

type ZodIssue = {
  readonly code: string
  readonly path: readonly PropertyKey[]
  readonly message: string
  readonly keys?: readonly string[]
}

function toIssues(issue: ZodIssue): readonly Issue[] {
  if (issue.code === 'unrecognized_keys') {
    return (issue.keys ?? []).map((key) => ({
      pointer: pointerOf([...issue.path, key]),
      code: 'definition.unknown_field',
      message: `unknown field "${key}"`,
    }))
  }
  return [{ pointer: pointerOf(issue.path), code: 'definition.shape', message: issue.message }]
}

const MAX_ALIASES = 100

/** YAML 1.2 (JSON is YAML): duplicate keys are refused, aliases are bounded. */
export function parseYaml(text: string): Parsed {
  const yaml = readYaml(text, { uniqueKeys: true, prettyErrors: true })
  const [first] = yaml.errors
  if (first) {
    const line = first.linePos?.[0].line
    return fault(
      `${line === undefined ? '' : `line ${line}: `}${first.message.split('\n')[0] ?? ''}`,
    )
  }
  try {
    return parseWorkflow(yaml.toJS({ maxAliasCount: MAX_ALIASES }))
  } catch (error) {
    return fault(error instanceof Error ? error.message : 'unreadable YAML')
  }
}

function fault(message: string): Parsed {
  return { ok: false, issues: [{ pointer: '', code: 'definition.yaml', message }] }
}
