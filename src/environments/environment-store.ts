import type { OrgReader, OrgTx } from '../db/database.ts'
import {
  isDuplicate,
  nameTaken,
  referenceOf,
  takenName,
  type TakenName,
} from '../db/mysql-errors.ts'
import type { NewRow, Row, RowPatch } from '../db/tables.ts'
import { AppError } from '../lib/errors.ts'
import { isAscii } from '../lib/ids.ts'
import { toEnvironment, type Environment } from './environment.ts'

/** By id or by name: people write names. */
export async function findEnvironment(
  at: OrgReader,
  idOrName: string,
): Promise<Environment | null> {
  const row = await at.q
    .selectFrom('engine_environment')
    .selectAll()
    .where('org_id', '=', at.orgId)
    .where((eb) => {
      const byName = eb('name', '=', idOrName)
      // The id column is ASCII and cannot be compared with anything else.
      return isAscii(idOrName) ? eb.or([eb('environment_id', '=', idOrName), byName]) : byName
    })
    .executeTakeFirst()
  return row ? toEnvironment(row) : null
}

export async function getEnvironment(at: OrgReader, idOrName: string): Promise<Environment> {
  return (await findEnvironment(at, idOrName)) ?? notFound(idOrName)
}

/** Serialises its changes: one that claims no revision is made to what is there. */
export async function lockEnvironment(tx: OrgTx, idOrName: string): Promise<Environment> {
  const { environmentId } = await getEnvironment(tx, idOrName)
  const row = await tx.q
    .selectFrom('engine_environment')
    .selectAll()
    .where('org_id', '=', tx.orgId)
    .where('environment_id', '=', environmentId)
    .forUpdate()
    .executeTakeFirst()
  return row ? toEnvironment(row) : notFound(idOrName)
}

function notFound(idOrName: string): never {
  throw new AppError('not_found', 'environment.not_found', `no environment "${idOrName}"`)
}

/** Lowest stage first. */
export async function listEnvironments(at: OrgReader): Promise<readonly Environment[]> {
  const rows = await at.q
    .selectFrom('engine_environment')
    .selectAll()
    .where('org_id', '=', at.orgId)
    .orderBy('stage_rank')
    .orderBy('environment_id')
    .execute()
  return rows.map(toEnvironment)
}

const SYNC = ['environment_id', 'as_of', 'last_error', 'last_error_at'] as const
export type EnvironmentSync = Pick<Row<'environment_sync'>, (typeof SYNC)[number]>

/** How the last looks at each environment's engine went, by environment. */
export async function listSyncs(at: OrgReader): Promise<ReadonlyMap<string, EnvironmentSync>> {
  const rows = await at.q
    .selectFrom('environment_sync')
    .select([...SYNC])
    .where('org_id', '=', at.orgId)
    .execute()
  return new Map(rows.map((row) => [row.environment_id, row]))
}

export async function insertEnvironment(
  tx: OrgTx,
  environment: Omit<NewRow<'engine_environment'>, 'org_id'>,
): Promise<void> {
  await tx.q
    .insertInto('engine_environment')
    .values({ ...environment, org_id: tx.orgId })
    .execute()
    .catch(refusalOf(environment.name))
}

/** False: it was changed since `revision` was read. */
export async function updateEnvironment(
  tx: OrgTx,
  environmentId: string,
  change: RowPatch<'engine_environment'> & { readonly revision: number },
): Promise<boolean> {
  const result = await tx.q
    .updateTable('engine_environment')
    .set({ ...change, revision: change.revision + 1 })
    .where('org_id', '=', tx.orgId)
    .where('environment_id', '=', environmentId)
    .where('revision', '=', change.revision)
    .executeTakeFirst()
    .catch(refusalOf(change.name ?? ''))
  return result.numUpdatedRows > 0n
}

export async function deleteEnvironment(tx: OrgTx, environmentId: string): Promise<void> {
  await tx.q
    .deleteFrom('engine_environment')
    .where('org_id', '=', tx.orgId)
    .where('environment_id', '=', environmentId)
    .execute()
    .catch(inUse)
}

/** What keeps an environment, by the foreign key that does. */
const USERS: Readonly<Record<string, string>> = {
  fk_workflow_deployment_environment: 'deployments',
  fk_workflow_instance_cache_environment: 'runs',
  fk_workflow_publish_record_environment: 'publications',
  fk_workflow_import_environment: 'imports',
  fk_inspection_rule_environment: 'inspection rules',
  fk_alert_route_environment: 'alert routes',
}

function inUse(error: unknown): never {
  const reference = referenceOf(error)
  if (reference === null) throw error
  const user = USERS[reference] ?? 'other rows'
  throw new AppError('conflict', 'environment.in_use', `it still has ${user}`, {
    cause: error,
    details: { used_by: user },
  })
}

/** Told before anything is made on an engine; the insert tells of one that comes in between. */
export async function assertNameFree(at: OrgReader, name: string): Promise<void> {
  if (await findEnvironment(at, name)) throw takenName(taken(name))
}

function taken(name: string): TakenName {
  return { code: 'environment.exists', what: 'an environment', name }
}

function refusalOf(name: string): (error: unknown) => never {
  return (error) => {
    // Whose it is stays unsaid: it may be another organization's.
    if (isDuplicate(error, 'engine_environment_project')) {
      throw new AppError(
        'conflict',
        'environment.project_taken',
        'this engine project already belongs to an environment',
        { cause: error },
      )
    }
    return nameTaken('engine_environment_name', taken(name))(error)
  }
}
