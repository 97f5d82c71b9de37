import type { Dialect } from './dialect.ts'
import { readInstanceIds, readStartParamsList, workflowWords } from './shared.ts'

export const v33: Dialect = {
  family: '3.3',
  ...workflowWords,
  tenantOn: 'start',
  hasProjectWorkerGroups: true,
  hasProjectLevels: true,
  hasTriggerCodes: false,
  resources: 'paths',
  hasTaskCache: false,
  http: { body: 'text', socketTimeoutMs: null },
  commandConflictCodes: [],
  readReceipt: readInstanceIds,
  readStartParams: readStartParamsList,
}
