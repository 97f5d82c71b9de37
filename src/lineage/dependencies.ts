import type { IsCovered } from './covers.ts'
import type { Direction, WorkflowPair } from './edge-store.ts'

export const DECISIONS = ['confirmed', 'dismissed'] as const
export type Decision = (typeof DECISIONS)[number]
export const DEPENDENCY_STATES = ['covered', ...DECISIONS, 'unconfirmed'] as const

export interface DependencyView {
  /** The other workflow. */
  readonly workflow_id: string
  readonly name: string
  /** Every one of the datasets is. */
  readonly is_covered: boolean
  readonly datasets: {
    readonly dataset: string
    readonly state: (typeof DEPENDENCY_STATES)[number]
    readonly note: string | null
    readonly decided_by: string | null
    readonly decided_at: string | null
  }[]
}

export function toDependencies(
  pairs: readonly WorkflowPair[],
  direction: Direction,
  isCovered: IsCovered,
): DependencyView[] {
  const isUp = direction === 'upstream'
  const byOther = Map.groupBy(pairs, (pair) => (isUp ? pair.from_workflow_id : pair.workflow_id))
  return [...byOther].map(([other, group]) => {
    return {
      workflow_id: other,
      name: group[0] ? (isUp ? group[0].from_name : group[0].name) : other,
      is_covered: group.every(isCovered),
      datasets: group.map((pair) => ({
        dataset: pair.dataset,
        state: isCovered(pair) ? 'covered' : (decisionOf(pair.decision) ?? 'unconfirmed'),
        note: pair.note,
        decided_by: pair.decided_by_name,
        decided_at: pair.decided_at?.toISOString() ?? null,
      })),
    }
  })
}

function decisionOf(text: string | null): Decision | null {
  return DECISIONS.find((decision) => decision === text) ?? null
}

/** What a person should look at: it reads without waiting for who writes. */
export function unconfirmedOf(upstream: readonly DependencyView[]) {
  return upstream.flatMap(({ workflow_id: from, name, datasets }) => {
    const open = datasets.filter(({ state }) => state === 'unconfirmed')
    return open.length === 0
      ? []
      : [
          {
            upstream_workflow_id: from,
            upstream_name: name,
            datasets: open.map(({ dataset }) => dataset),
          },
        ]
  })
}
