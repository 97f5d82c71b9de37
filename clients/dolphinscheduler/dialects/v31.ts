import type { Dialect } from './dialect.ts'
import { processWords, readStartParamsText } from './shared.ts'

export const v31: Dialect = {
  family: '3.1',
  ...processWords,
  tenantOn: 'definition',
  hasProjectWorkerGroups: false,
  hasProjectLevels: false,
  hasTriggerCodes: false,
  resources: 'rows',
  hasTaskCache: false,
  http: { body: 'params', socketTimeoutMs: 60_000 },
  commandConflictCodes: [],
  readReceipt: () => ({ kind: 'accepted' }),
  readStartParams: readStartParamsText,
}
