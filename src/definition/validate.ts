import type { Issue } from '../lib/errors.ts'
import type { WorkflowDocument } from './document.ts'
import { nestingIssues } from './nesting.ts'
import { branchIssues } from './validate-branches.ts'
import { kindIssues } from './validate-kinds.ts'
import { scheduleIssues } from './validate-schedule.ts'
import { outputIssues, paramIssues } from './validate-start-end.ts'
import { keyIssues, nameIssues, namedIssues, needIssues } from './validate-tasks.ts'

/** What is wrong with the meaning of a well-formed document: every fault, each with its pointer. */
export function findIssues(document: WorkflowDocument): readonly Issue[] {
  return [
    // A draft of an earlier release may be nested deeper than a version can be.
    ...nestingIssues(document),
    ...keyIssues(document),
    ...nameIssues(document),
    ...needIssues(document),
    ...namedIssues(document),
    ...branchIssues(document),
    ...kindIssues(document),
    ...outputIssues(document),
    ...paramIssues(document),
    ...scheduleIssues(document),
  ]
}
