import { z } from 'zod'
import type { OrgReader } from '../db/database.ts'
import { readJsonOrNull } from '../db/json-column.ts'
import type { Row } from '../db/tables.ts'
import { AppError } from '../lib/errors.ts'

/** A link into the engine's own pages, made from what is stored: no engine is asked. */
export type InstanceLink = (instance: {
  readonly uiUrl: string
  readonly projectCode: string
  readonly definitionCode: string
  readonly instanceId: number
}) => string

export interface EnvironmentName {
  readonly environment_id: string
  readonly name: string
  readonly stage_rank: number
  readonly project_code: string
  readonly ui_url: string
  readonly as_of: Date | null
  readonly last_error_at: Date | null
}

/** The organization's environments with what links and labels need; a handful. */
export async function environmentNames(at: OrgReader): Promise<readonly EnvironmentName[]> {
  return at.q
    .selectFrom('engine_environment as e')
    .innerJoin('engine_cluster as c', (join) =>
      join.onRef('c.org_id', '=', 'e.org_id').onRef('c.cluster_id', '=', 'e.cluster_id'),
    )
    .leftJoin('environment_sync as s', (join) =>
      join.onRef('s.org_id', '=', 'e.org_id').onRef('s.environment_id', '=', 'e.environment_id'),
    )
    .select([
      'e.environment_id',
      'e.name',
      'e.stage_rank',
      'e.project_code',
      'c.ui_url',
      's.as_of',
      's.last_error_at',
    ])
    .where('e.org_id', '=', at.orgId)
    .orderBy('e.stage_rank')
    .orderBy('e.environment_id')
    .execute()
}

/** @throws AppError `environment.not_found` */
export function environmentByName(
  environments: readonly EnvironmentName[],
  idOrName: string,
): EnvironmentName {
  const found = environments.find(
    (entry) => entry.environment_id === idOrName || entry.name === idOrName,
  )
  if (!found)
    throw new AppError('not_found', 'environment.not_found', `no environment "${idOrName}"`)
  return found
}

/** Of a filter; missing: of none. @throws AppError `environment.not_found` */
export async function environmentIdOf(
  at: OrgReader,
  idOrName: string | undefined,
): Promise<string | undefined> {
  if (idOrName === undefined) return undefined
  return environmentByName(await environmentNames(at), idOrName).environment_id
}

const StartError = z.looseObject({ message: z.string() })

export interface Execution {
  readonly run_id: string
  readonly state: string
  readonly started_at: string | null
  readonly ended_at: string | null
  readonly duration_ms: number | null
  readonly environment: string
  readonly version: number | null
  readonly trigger: string
  readonly attempt: number
  readonly engine_link: string | null
  /** Of a run that was not started. */
  readonly start_error: string | null
}

export function toExecution(
  row: Row<'workflow_instance_cache'>,
  environment: EnvironmentName | undefined,
  link: InstanceLink,
): Execution {
  const { engine_instance_id: instanceId, engine_code: definitionCode } = row
  return {
    run_id: row.run_id,
    state: row.state,
    started_at: row.started_at?.toISOString() ?? null,
    ended_at: row.ended_at?.toISOString() ?? null,
    duration_ms: row.duration_ms,
    environment: environment?.name ?? row.environment_id,
    version: row.version,
    trigger: row.trigger_type,
    attempt: row.attempt,
    engine_link:
      environment && instanceId !== null && definitionCode !== null
        ? link({
            uiUrl: environment.ui_url,
            projectCode: environment.project_code,
            definitionCode,
            instanceId,
          })
        : null,
    start_error: readJsonOrNull(StartError, row.start_error)?.message ?? null,
  }
}
