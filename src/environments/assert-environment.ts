import type { OrgReader } from '../db/database.ts'
import { getEnvironment } from './environment-store.ts'
import type { Environment } from './environment.ts'

/** The id behind an id or a name. @throws AppError `environment.not_found` */
export async function assertEnvironment(at: OrgReader, idOrName: string): Promise<string> {
  return (await getEnvironment(at, idOrName)).environmentId
}

/** The environment as it is stored now. @throws AppError `environment.not_found` */
export async function readEnvironmentRow(at: OrgReader, idOrName: string): Promise<Environment> {
  return getEnvironment(at, idOrName)
}
