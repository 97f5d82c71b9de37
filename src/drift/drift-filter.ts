import { sql, type RawBuilder } from 'kysely'
import type { DriftFilter } from './drift.ts'

/** Of a row of `workflow_deployment`. */
export function isInDrift(alias: string, drift: DriftFilter): RawBuilder<boolean> {
  const column = (name: string) => sql.ref(`${alias}.${name}`)
  if (drift === 'unknown') return sql<boolean>`${column('drift_state')} IS NULL`
  if (drift !== 'unreachable') return sql<boolean>`${column('drift_state')} = ${drift}`
  return sql<boolean>`${column('environment_id')} IN (
    SELECT x.environment_id FROM environment_drift AS x
    WHERE x.org_id = ${column('org_id')} AND x.last_error IS NOT NULL)`
}
