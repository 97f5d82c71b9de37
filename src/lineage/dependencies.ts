import type { Direction, Edge, WorkflowPair } from './edge-store.ts'

export const DECISIONS = ['confirmed', 'dismissed'] as const
export type Decision = (typeof DECISIONS)[number]
export const DEPENDENCY_STATES = ['covered', ...DECISIONS, 'unconfirmed'] as const

export interface DependencyView {
  /** The other workflow. */
  readonly workflow_id: string
  readonly name: string
  /** The downstream one waits for the upstream one, or one runs the other. */
  readonly is_covered: boolean
  readonly datasets: {
    readonly dataset: string
    readonly state: (typeof DEPENDENCY_STATES)[number]
    readonly note: string | null
    readonly decided_by: string | null
    readonly decided_at: string | null
  }[]
}

export interface Covers {
  readonly upstream: ReadonlySet<string>
  readonly downstream: ReadonlySet<string>
}

/**
 * Workflows that a workflow waits for, and that wait for it. One that runs another as its
 * sub-workflow is in order with it on either side.
 */
export function coversOf(edges: readonly Edge[], workflowId: string): Covers {
  const upstream = new Set<string>()
  const downstream = new Set<string>()
  for (const { from, to, origin } of edges) {
    if (origin !== 'dependent' && origin !== 'sub_workflow') continue
    const other = to.workflowId === workflowId ? from.workflowId : to.workflowId
    if (origin === 'sub_workflow' || to.workflowId === workflowId) upstream.add(other)
    if (origin === 'sub_workflow' || from.workflowId === workflowId) downstream.add(other)
  }
  return { upstream, downstream }
}

export function toDependencies(
  pairs: readonly WorkflowPair[],
  direction: Direction,
  covers: Covers,
): DependencyView[] {
  const isUp = direction === 'upstream'
  const byOther = Map.groupBy(pairs, (pair) => (isUp ? pair.from_workflow_id : pair.workflow_id))
  return [...byOther].map(([other, group]) => {
    const isCovered = covers[direction].has(other)
    return {
      workflow_id: other,
      name: group[0] ? (isUp ? group[0].from_name : group[0].name) : other,
      is_covered: isCovered,
      datasets: group.map((pair) => ({
        dataset: pair.dataset,
        state: isCovered ? 'covered' : (decisionOf(pair.decision) ?? 'unconfirmed'),
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

/** What a person should look at: it runs without waiting for what it reads. */
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
