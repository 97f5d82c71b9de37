import type { Issue } from '../lib/errors.ts'
import { plainMessage } from '../lib/plain-message.ts'
import { WorkflowDocument } from './document.ts'
import { nestingIssues } from './nesting.ts'
import { shapeIssues } from './shape-issues.ts'
import { upgradeDocument } from './upgrade.ts'
import { readYaml } from './yaml.ts'

export type Parsed =
  | { readonly ok: true; readonly document: WorkflowDocument }
  | { readonly ok: false; readonly issues: readonly Issue[] }

/** Shape only: every fault at once, each with its pointer. Meaning is `findIssues`. */
export function parseWorkflow(value: unknown): Parsed {
  const nesting = nestingIssues(value)
  if (nesting.length > 0) return { ok: false, issues: nesting }
  const upgraded = upgradeDocument(value)
  if (!upgraded.ok) return upgraded
  const parsed = WorkflowDocument.safeParse(upgraded.value, { error: plainMessage })
  if (parsed.success) return { ok: true, document: parsed.data }
  return { ok: false, issues: shapeIssues(parsed.error.issues) }
}

/** The documents of one YAML text, which `---` parts. */
export function yamlDocuments(text: string): readonly string[] {
  return text
    .split(/^---(?=\s|$)/m)
    .filter((part) => part.replaceAll(/^\s*#.*$/gm, '').trim() !== '')
}

export function parseYaml(text: string): Parsed {
  const yaml = readYaml(text)
  return yaml.ok ? parseWorkflow(yaml.value) : yaml
}
