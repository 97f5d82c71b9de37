import type { Dialect } from '../dialects/dialect.ts'

/** The engine renamed one task type; ours is always the newest spelling. */
export function newestTypeName(wireType: string): string {
  return wireType === 'SUB_PROCESS' ? 'SUB_WORKFLOW' : wireType
}

export function wireTypeName(type: string, dialect: Pick<Dialect, 'subWorkflow'>): string {
  return type === 'SUB_WORKFLOW' ? dialect.subWorkflow.type : type
}
