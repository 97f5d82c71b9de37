import type { Check, Found } from './check.ts'

export const missingOwner = {
  id: 'missing_owner',
  severity: 'warning',
  title: 'A workflow without an owner',
  run({ owner }): readonly Found[] {
    if (owner !== undefined) return []
    return [{ path: [], message: 'the workflow names no owner: alerts mention nobody' }]
  },
} as const satisfies Check
