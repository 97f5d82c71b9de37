import { z } from 'zod'
import type { Dialect } from './dialect.ts'
import { processWords, readStartParamsText } from './shared.ts'
import { Code } from '../wire/fields.ts'

const TriggerCode = z.object({ code: Code })

export const v32: Dialect = {
  family: '3.2',
  ...processWords,
  // The plain list also holds the built-in global group, which cannot be named in a start.
  paths: { ...processWords.paths, alertGroups: 'alert-groups/normal-list' },
  tenantOn: 'start',
  hasProjectWorkerGroups: true,
  hasProjectLevels: true,
  hasTriggerCodes: true,
  resources: 'paths',
  hasTaskCache: true,
  http: { body: 'text', socketTimeoutMs: 60_000 },
  // Its answer to a command in the wrong state is the fallback "execute process instance error".
  commandConflictCodes: [50015],
  readReceipt: (data) => {
    const parsed = TriggerCode.safeParse({ code: data })
    return parsed.success ? { kind: 'trigger', triggerCode: parsed.data.code } : null
  },
  readStartParams: readStartParamsText,
}
