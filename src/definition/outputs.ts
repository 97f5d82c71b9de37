import type { WorkflowDocument } from './document.ts'
import { readScalar } from './scalar.ts'

export interface WorkflowOutputs {
  readonly values: Readonly<Record<string, string | number | boolean>>
  /** Declared outputs that have no value of their type: never set, or set to something else. */
  readonly missing: readonly string[]
}

/** The end's outputs, read from what the engine's tasks have set. */
export function readOutputs(
  document: WorkflowDocument,
  taskOutputs: Readonly<Record<string, Readonly<Record<string, string>>>>,
): WorkflowOutputs {
  const values: Record<string, string | number | boolean> = {}
  const missing: string[] = []
  for (const [name, { from, type }] of Object.entries(document.end.outputs)) {
    const dot = from.indexOf('.')
    const text = own(own(taskOutputs, from.slice(0, dot)), from.slice(dot + 1))
    const value = text === undefined ? null : readScalar(type, text)
    if (value === null) missing.push(name)
    else values[name] = value
  }
  return { values, missing }
}

function own<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record && Object.hasOwn(record, key) ? record[key] : undefined
}
