import type { OrgReader, OrgTx } from '../db/database.ts'
import { writeJson } from '../db/json-column.ts'
import type { DeployedCodes } from './bind-names.ts'
import type { Environment } from '../environments/environment.ts'
import { AppError } from '../lib/errors.ts'
import { deployedState } from './deployed-state.ts'
import {
  findDeployment,
  listDeployedCodes,
  saveDeployment,
  type Place,
} from './deployment-store.ts'
import { liveDigest } from './evidence.ts'
import type { BoundNames, LiveState } from './plan.ts'
import { activeKey } from './publication.ts'
import { findActiveAt } from './publication-store.ts'
import { listUnderWay, type UnderWay } from './under-way-store.ts'

export interface AdoptedDeployment {
  readonly place: Place
  readonly version: number
  readonly digest: string
  readonly taskCodes: Readonly<Record<string, string>>
  readonly names: BoundNames
  readonly live: LiveState
  readonly at: Date
}

/** A definition that runs there already is ours from now on, as it is: nothing is sent. */
export async function adoptDeployment(tx: OrgTx, adopted: AdoptedDeployment): Promise<void> {
  const { live, at } = adopted
  const [schedule] = live.schedules
  await saveDeployment(tx, adopted.place, {
    state: 'deployed',
    engine_code: live.code,
    task_codes: writeJson(adopted.taskCodes),
    version: adopted.version,
    digest: adopted.digest,
    engine_version: live.engine_version,
    live_digest: liveDigest(live),
    live_json: writeJson(live.definition),
    live_schedule: schedule ? writeJson(schedule.content) : null,
    bound_names: writeJson(adopted.names),
    is_online: live.is_online,
    online_since: live.is_online ? at : null,
    schedule_id: schedule?.id ?? null,
    is_schedule_online: schedule?.is_online ?? false,
    as_of: at,
    updated_at: at,
  })
}

/** Somebody publishes the workflow there, or did since it was matched. */
export async function assertNotDeployed(tx: OrgTx, place: Place): Promise<void> {
  const active = await findActiveAt(tx, activeKey(place.workflowId, place.environmentId))
  if (active !== null)
    throw new AppError(
      'conflict',
      'workflow.publishing',
      `"${place.workflowId}" is being published to this environment: cancel that, or import again when it is over`,
      { details: { publication_id: active } },
    )
  const row = await findDeployment(tx, place)
  if (!row?.engine_code) return
  throw new AppError(
    'conflict',
    'deployment.taken',
    `"${place.workflowId}" is deployed in this environment already, as the definition ${row.engine_code}`,
    { details: { workflow_id: place.workflowId } },
  )
}

/** What is deployed of a workflow, with its version; null: nothing. */
export async function findDeployed(at: OrgReader, environment: Environment, workflowId: string) {
  const place = { workflowId, environmentId: environment.environmentId }
  const row = await findDeployment(at, place)
  const deployed = await deployedState(at, environment, { row })
  if (!deployed || !row?.version || !row.digest) return null
  return { deployed, version: row.version, digest: row.digest }
}

/** What is managed in an environment already, by workflow id. */
export function deployedCodes(
  at: OrgReader,
  environmentId: string,
): Promise<ReadonlyMap<string, DeployedCodes>> {
  return listDeployedCodes(at, environmentId)
}

/** What publications make or change in an environment just now. */
export function definitionsUnderWay(at: OrgReader, environmentId: string): Promise<UnderWay> {
  return listUnderWay(at, environmentId)
}

/** Null: no publication works on it. */
export function publishedBy(
  { byCode, byName }: UnderWay,
  { code, name }: { readonly code: string; readonly name: string },
): string | null {
  return byCode.get(code) ?? byName.get(name) ?? null
}
