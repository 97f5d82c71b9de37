import type { OrgReader } from '../db/database.ts'
import { readJson } from '../db/json-column.ts'
import type { CallOptions, Engine } from '../engine/engine.ts'
import type { Place } from './deployment-store.ts'
import { isOurs } from './ownership.ts'
import { Plan } from './plan.ts'
import { listEndedPlans } from './publication-store.ts'

export interface Leftover {
  readonly code: string
  readonly taskCodes: Readonly<Record<string, string>>
}

const Codes = Plan.pick({ task_codes: true })
/** Nobody gives up more deploys than this without looking. */
const RECORDS = 20

/**
 * What an earlier publication left on the engine although nothing is deployed: it was given up, or
 * the engine's owner alone may delete. Ours only by the marker and the task codes on its record.
 */
export async function findLeftover(
  at: OrgReader,
  engine: Engine,
  input: { readonly place: Place; readonly projectCode: string; readonly name: string },
  options: CallOptions,
): Promise<Leftover | null> {
  const plans = await listEndedPlans(at, input.place, RECORDS)
  if (plans.length === 0) return null
  const { projectCode, name } = input
  const found = await engine.findDefinitionByName({ projectCode, name }, options)
  if (!found) return null
  const codes = plans
    .map((plan) => readJson(Codes, plan).task_codes)
    .find((taskCodes) => isOurs(found.definition, input.place.workflowId, taskCodes))
  return codes ? { code: found.code, taskCodes: codes } : null
}
