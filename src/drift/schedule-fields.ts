import type { Bindings } from '../engine/engine.ts'
import type { ScheduleContent } from '../publishing/plan.ts'

type Names = Pick<Bindings, 'alertGroupIds' | 'environmentCodes'>

export interface FieldChange {
  readonly field: 'worker group' | 'environment' | 'tenant' | 'alert group'
  readonly from: string
  readonly to: string
  /** One of them is an id. */
  readonly isUnnamed: boolean
}

/** How a schedule's runs go, in the environment's names; an id that nobody named as it is. */
export function scheduleFieldChanges(
  before: ScheduleContent,
  now: ScheduleContent,
  { alertGroupIds, environmentCodes }: Names,
): readonly FieldChange[] {
  const values = (content: ScheduleContent) => ({
    'worker group': content.worker_group,
    environment: nameOf(environmentCodes, content.environment_code),
    tenant: content.tenant,
    'alert group': nameOf(alertGroupIds, content.warning_group_id || null),
  })
  const [from, to] = [values(before), values(now)]
  const fields = ['worker group', 'environment', 'tenant', 'alert group'] as const
  return fields
    .filter((field) => from[field] !== to[field])
    .map((field) => ({
      field,
      from: from[field],
      to: to[field],
      isUnnamed: [from[field], to[field]].some((text) => text.startsWith(UNNAMED)),
    }))
}

const UNNAMED = 'no. '

function nameOf<T extends string | number>(ids: Readonly<Record<string, T>>, id: T | null): string {
  if (id === null) return 'none'
  return Object.entries(ids).find(([, each]) => each === id)?.[0] ?? `${UNNAMED}${id}`
}
