import type { OrgReader } from '../db/database.ts'
import { readJsonOrNull } from '../db/json-column.ts'
import type { Environment } from '../environments/environment.ts'
import { listBoundNames } from './deployment-store.ts'
import { BoundNames } from './plan.ts'

/** Data sources and files that what is deployed in an environment uses, or its overlay names. */
export async function listUsedNames(
  at: OrgReader,
  { environmentId, overlay }: Pick<Environment, 'environmentId' | 'overlay'>,
): Promise<{ readonly dataSources: readonly string[]; readonly resources: readonly string[] }> {
  const bound = (await listBoundNames(at, environmentId)).flatMap(
    (text) => readJsonOrNull(BoundNames, text) ?? [],
  )
  return {
    dataSources: sortedNames([
      ...Object.values(overlay.data_sources),
      ...bound.flatMap((names) => Object.keys(names.dataSources)),
    ]),
    resources: sortedNames([
      ...Object.values(overlay.resources),
      ...bound.flatMap((names) => Object.keys(names.resources)),
    ]),
  }
}

function sortedNames(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort()
}
