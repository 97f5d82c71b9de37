import type { Issue } from '../lib/errors.ts'
import type { StartParam, WorkflowDocument } from './document.ts'
import { pointerOf } from './pointer.ts'

export type RunParams =
  | { readonly ok: true; readonly values: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly issues: readonly Issue[] }

/** Checks what a caller gives a run against `start.params`; the engine takes text only. */
export function checkRunParams(
  document: WorkflowDocument,
  given: Readonly<Record<string, unknown>>,
): RunParams {
  const { properties, required } = document.start.params
  const issues: Issue[] = []
  const values: Record<string, string> = {}
  for (const [name, value] of Object.entries(given)) {
    const param = Object.hasOwn(properties, name) ? properties[name] : undefined
    const message = param ? faultOf(param, value) : 'the workflow declares no such parameter'
    if (message !== null)
      issues.push({
        pointer: pointerOf(['params', name]),
        code: param ? 'params.type' : 'params.unknown',
        message,
      })
    else values[name] = String(value)
  }
  for (const [name, param] of Object.entries(properties)) {
    const isNeeded = required.includes(name) || param.default === undefined
    if (isNeeded && param.default === undefined && !Object.hasOwn(given, name)) {
      issues.push({
        pointer: pointerOf(['params', name]),
        code: 'params.required',
        message: 'has no default and was not given',
      })
    }
  }
  return issues.length > 0 ? { ok: false, issues } : { ok: true, values }
}

function faultOf(param: StartParam, value: unknown): string | null {
  const isType =
    param.type === 'integer'
      ? Number.isSafeInteger(value)
      : param.type === 'number'
        ? Number.isFinite(value)
        : typeof value === param.type
  if (!isType) return `has to be ${param.type === 'integer' ? 'an integer' : `a ${param.type}`}`
  const isAllowed = param.enum === undefined || param.enum.some((allowed) => allowed === value)
  return isAllowed ? null : `has to be one of ${param.enum?.join(', ')}`
}
