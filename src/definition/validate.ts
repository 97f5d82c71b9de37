import type { Issue } from '../lib/errors.ts'
import type { WorkflowDocument } from './document.ts'
import { withMarker } from './marker.ts'
import { issueAt } from './pointer.ts'
import { branchIssues } from './validate-branches.ts'
import { kindIssues } from './validate-kinds.ts'
import { scheduleIssues } from './validate-schedule.ts'
import { outputIssues, paramIssues } from './validate-start-end.ts'
import { keyIssues, namedIssues, needIssues } from './validate-tasks.ts'

/** What is wrong with the meaning of a well-formed document: every fault, each with its pointer. */
export function findIssues(document: WorkflowDocument): readonly Issue[] {
  return [
    ...keyIssues(document),
    ...needIssues(document),
    ...namedIssues(document),
    ...branchIssues(document),
    ...kindIssues(document),
    ...outputIssues(document),
    ...paramIssues(document),
    ...scheduleIssues(document),
    ...descriptionIssues(document),
  ]
}

const ENGINE_DESCRIPTION_CHARS = 255

/** The engine counts characters, not UTF-16 units. */
function descriptionIssues({ description, id }: WorkflowDocument): readonly Issue[] {
  const length = Array.from(withMarker(description, id)).length
  if (length <= ENGINE_DESCRIPTION_CHARS) return []
  const room = ENGINE_DESCRIPTION_CHARS - (length - Array.from(description).length)
  return [
    issueAt(
      ['description'],
      'description_too_long',
      `at most ${room} characters: the engine takes ${ENGINE_DESCRIPTION_CHARS} with our marker`,
    ),
  ]
}
