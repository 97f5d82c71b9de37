import type { OrgReader } from '../db/database.ts'
import { getEnvironment } from './environment-store.ts'

/** The id behind an id or a name. @throws AppError `environment.not_found` */
export async function assertEnvironment(at: OrgReader, idOrName: string): Promise<string> {
  return (await getEnvironment(at, idOrName)).environmentId
}
