import type { CallOptions, Engine } from '../engine/engine.ts'
import type { Environment } from '../environments/environment.ts'
import type { Issue } from '../lib/errors.ts'
import type { LiveState } from './plan.ts'
import type { StepName } from './plan-steps.ts'
import { removalWarnings } from './removal-right.ts'
import { writeRight } from './write-right.ts'

/** What of a plan's steps the user of the cluster's token may not do, as far as the engine tells. */
export async function tokenRights(
  connected: { readonly engine: Engine; readonly environment: Environment },
  planned: {
    readonly steps: readonly StepName[]
    readonly live: LiveState | null
    /** Only issues are asked for. */
    readonly isCheck: boolean
  },
  options: CallOptions,
): Promise<{ readonly issues: readonly Issue[]; readonly warnings: readonly string[] }> {
  const { issues, warnings } = await writeRight(connected, planned.steps, options)
  if (planned.isCheck) return { issues, warnings: [] }
  return {
    issues,
    warnings: [...warnings, ...(await removalWarnings(connected, planned, options))],
  }
}
