import type { Issue } from '../lib/errors.ts'
import type { StartParam, WorkflowDocument } from './document.ts'
import { pointerOf } from '../lib/pointer.ts'
import { isOfType } from './scalar.ts'

export type RunParams =
  | { readonly ok: true; readonly values: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly issues: readonly Issue[] }

/**
 * Checks what a caller gives a run against `start.params`; the engine takes text only. A parameter
 * without a default has to be given, in `required` or not.
 */
export function checkRunParams(
  document: WorkflowDocument,
  given: Readonly<Record<string, unknown>>,
): RunParams {
  const { properties } = document.start.params
  const issues: Issue[] = []
  const values: Record<string, string> = {}
  for (const [name, value] of Object.entries(given)) {
    const param = Object.hasOwn(properties, name) ? properties[name] : undefined
    const message = param ? faultOf(param, value) : 'the workflow declares no such parameter'
    if (message === null) values[name] = String(value)
    else issues.push(issueOf(name, param ? 'params.type' : 'params.unknown', message))
  }
  for (const [name, param] of Object.entries(properties)) {
    if (param.default === undefined && !Object.hasOwn(given, name))
      issues.push(issueOf(name, 'params.required', 'has no default and was not given'))
  }
  return issues.length > 0 ? { ok: false, issues } : { ok: true, values }
}

function issueOf(name: string, code: string, message: string): Issue {
  return { pointer: pointerOf(['params', name]), code, message }
}

function faultOf({ type, enum: allowed }: StartParam, value: unknown): string | null {
  if (!isOfType(type, value)) return `has to be ${type === 'integer' ? 'an' : 'a'} ${type}`
  if (allowed && !allowed.includes(value)) return `has to be one of ${allowed.join(', ')}`
  return null
}
