import { pointerOf } from '../../lib/pointer.ts'
import type { WorkflowDocument } from '../document.ts'
import type { CheckContext, Found, Severity } from './check.ts'
import { cronDst } from './cron-dst.ts'
import { cronNeverFires } from './cron-never-fires.ts'
import { hugeScript } from './huge-script.ts'
import { missingOwner } from './missing-owner.ts'
import { missingTaskOwner } from './missing-task-owner.ts'
import { pastedSecret } from './pasted-secret.ts'
import { unknownParameter } from './unknown-parameter.ts'
import { unreachableBranch } from './unreachable-branch.ts'
import { unusedParameter } from './unused-parameter.ts'

export const CHECKS = [
  unusedParameter,
  unknownParameter,
  unreachableBranch,
  cronNeverFires,
  cronDst,
  missingOwner,
  missingTaskOwner,
  pastedSecret,
  hugeScript,
] as const

export type CheckId = (typeof CHECKS)[number]['id']

export interface CheckFinding {
  readonly check: CheckId
  readonly severity: Severity
  readonly pointer: string
  readonly message: string
}

/** What every check finds in a definition, in the document's order of pointers. */
export function checkDocument(
  document: WorkflowDocument,
  context: CheckContext,
): readonly CheckFinding[] {
  return CHECKS.flatMap((check) =>
    bounded(check.run(document, context)).map(({ path, message }) => ({
      path: path.map(String),
      finding: {
        check: check.id,
        severity: check.severity,
        pointer: pointerOf(path),
        message,
      },
    })),
  )
    .sort((a, b) => comparePaths(a.path, b.path))
    .map(({ finding }) => finding)
}

/** More of a kind than anybody reads. */
const MAX_OF_A_CHECK = 200

function bounded(found: readonly Found[]): readonly Found[] {
  const left = found.length - MAX_OF_A_CHECK
  if (left <= 0) return found
  return [...found.slice(0, MAX_OF_A_CHECK), { path: [], message: `${left} more are not listed` }]
}

const INDEX = /^\d+$/

/** `/tasks/2` before `/tasks/10`. */
function comparePaths(a: readonly string[], b: readonly string[]): number {
  for (const [n, left] of a.entries()) {
    const right = b[n]
    if (right === undefined) return 1
    if (left === right) continue
    if (INDEX.test(left) && INDEX.test(right)) return Number(left) - Number(right)
    return left < right ? -1 : 1
  }
  return a.length - b.length
}
