import type { OrgReader, OrgTx } from '../db/database.ts'
import { isDuplicate } from '../db/mysql-errors.ts'
import type { NewRow, RowPatch } from '../db/tables.ts'
import { AppError } from '../lib/errors.ts'
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
    .where((eb) => eb.or([eb('environment_id', '=', idOrName), eb('name', '=', idOrName)]))
    .executeTakeFirst()
  return row ? toEnvironment(row) : null
}

export async function getEnvironment(at: OrgReader, idOrName: string): Promise<Environment> {
  const environment = await findEnvironment(at, idOrName)
  if (!environment)
    throw new AppError('not_found', 'environment.not_found', `no environment "${idOrName}"`)
  return environment
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

export async function insertEnvironment(
  tx: OrgTx,
  environment: Omit<NewRow<'engine_environment'>, 'org_id'>,
): Promise<void> {
  await tx.q
    .insertInto('engine_environment')
    .values({ ...environment, org_id: tx.orgId })
    .execute()
    .catch(taken(environment.name))
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
    .catch(taken(change.name ?? ''))
  return result.numUpdatedRows > 0n
}

export async function deleteEnvironment(tx: OrgTx, environmentId: string): Promise<void> {
  await tx.q
    .deleteFrom('engine_environment')
    .where('org_id', '=', tx.orgId)
    .where('environment_id', '=', environmentId)
    .execute()
}

function taken(name: string): (error: unknown) => never {
  return (error) => {
    if (isDuplicate(error, 'engine_environment_name')) {
      throw new AppError(
        'conflict',
        'environment.exists',
        `an environment named "${name}" exists`,
        { cause: error },
      )
    }
    // Whose it is stays unsaid: it may be another organization's.
    if (isDuplicate(error, 'engine_environment_project')) {
      throw new AppError(
        'conflict',
        'environment.project_taken',
        'this engine project already belongs to an environment',
        { cause: error },
      )
    }
    throw error
  }
}
