import type { WorkflowDocument } from '../document.ts'

export const SEVERITIES = ['error', 'warning', 'info'] as const
export type Severity = (typeof SEVERITIES)[number]

export interface CheckContext {
  readonly now: Date
}

/** What a check saw, and where in the document. */
export interface Found {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

/**
 * A named rule about definitions. Unlike an issue it blocks nothing by itself: whether one is in the
 * way is for the environment to say. Pure, and its work is bounded by the size of the document.
 */
export interface Check {
  /** Never renamed: gates refer to it. */
  readonly id: string
  readonly severity: Severity
  readonly title: string
  run(document: WorkflowDocument, context: CheckContext): readonly Found[]
}
