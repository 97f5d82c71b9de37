import { forOrg, type OrgReader } from '../db/database.ts'
import type { Call } from '../lib/call.ts'
import { readWorkflowRow } from '../workflows/assert-workflow.ts'
import {
  listInferredOfWorkflow,
  listRelationsOfWorkflow,
  workflowPairsQuery,
  type Edge,
} from './edge-store.ts'
import type { TaskId } from './lineage.ts'
import type { LineageDeps } from './list-tasks.ts'
import { findProjection } from './projection-store.ts'
import { listDatasetsOf, tasksQuery } from './task-store.ts'
import { toTaskNode, type TaskNode } from './task-view.ts'
import { readCovers } from './covers.ts'
import { toDependencies, unconfirmedOf } from './dependencies.ts'

/** More is no picture; then `is_truncated` says so. */
const MAX_EDGES = 5000
const MAX_TASKS = 5000
const CHUNK = 200

/** A workflow's tasks, what they hang on across workflows, and what nobody has confirmed of it. */
export async function readLineage(
  deps: LineageDeps,
  call: Call,
  input: { readonly workflowId: string },
) {
  const at = forOrg(deps.db, call.orgId)
  const { workflowId } = input
  const { latest_version: latest } = await readWorkflowRow(at, workflowId)
  const projection = await findProjection(at, workflowId)
  const { edges, isTruncated } = await edgesOf(at, workflowId)
  const own = await tasksQuery(at, { workflowId, after: null, limit: MAX_TASKS }).execute()
  const nodes = [
    ...(await withDatasets(at, own)),
    ...(await tasksOf(at, foreignEnds(edges, workflowId))),
  ]
  const pairs = {
    upstream: await pairsOf(at, workflowId, 'upstream'),
    downstream: await pairsOf(at, workflowId, 'downstream'),
  }
  const isCovered = await readCovers(at, workflowId, [...pairs.upstream, ...pairs.downstream])
  const upstream = toDependencies(pairs.upstream, 'upstream', isCovered)
  return {
    workflow_id: workflowId,
    version: projection?.version ?? null,
    is_complete:
      latest === null || (projection?.version === latest && projection.is_complete === 1),
    is_truncated: isTruncated || [pairs.upstream, pairs.downstream].some(isFull),
    nodes,
    edges: edges.map((edge) => ({
      from: toEnd(edge.from),
      to: toEnd(edge.to),
      origin: edge.origin,
      dataset: edge.dataset,
    })),
    upstream,
    downstream: toDependencies(pairs.downstream, 'downstream', isCovered),
    unconfirmed: unconfirmedOf(upstream),
  }
}

function isFull(rows: readonly unknown[]): boolean {
  return rows.length === MAX_EDGES
}

async function pairsOf(at: OrgReader, workflowId: string, direction: 'upstream' | 'downstream') {
  return workflowPairsQuery(at, { workflowId, direction, limit: MAX_EDGES }).execute()
}

async function edgesOf(at: OrgReader, workflowId: string) {
  const limit = MAX_EDGES
  const lists = [
    await listRelationsOfWorkflow(at, { workflowId, direction: 'upstream', limit }),
    await listRelationsOfWorkflow(at, { workflowId, direction: 'downstream', limit }),
    await listInferredOfWorkflow(at, { workflowId, direction: 'upstream', limit }),
    await listInferredOfWorkflow(at, { workflowId, direction: 'downstream', limit }),
  ]
  const byText = new Map(lists.flat().map((edge) => [JSON.stringify(edge), edge]))
  return { edges: [...byText.values()], isTruncated: lists.some(isFull) }
}

function toEnd({ workflowId, taskKey }: TaskId) {
  return { workflow_id: workflowId, task_key: taskKey === '' ? null : taskKey }
}

function foreignEnds(edges: readonly Edge[], workflowId: string): readonly TaskId[] {
  const ends = edges
    .flatMap((edge) => [edge.from, edge.to])
    .filter((end) => end.workflowId !== workflowId && end.taskKey !== '')
  return [...new Map(ends.map((end) => [JSON.stringify(toEnd(end)), end])).values()]
}

async function tasksOf(at: OrgReader, tasks: readonly TaskId[]): Promise<readonly TaskNode[]> {
  const views: TaskNode[] = []
  for (let from = 0; from < tasks.length; from += CHUNK) {
    const among = tasks.slice(from, from + CHUNK)
    const rows = await tasksQuery(at, { among, after: null, limit: CHUNK }).execute()
    views.push(...(await withDatasets(at, rows)))
  }
  return views
}

type Rows = Awaited<ReturnType<ReturnType<typeof tasksQuery>['execute']>>

async function withDatasets(at: OrgReader, rows: Rows): Promise<readonly TaskNode[]> {
  const views: TaskNode[] = []
  for (let from = 0; from < rows.length; from += CHUNK) {
    const some = rows.slice(from, from + CHUNK)
    const byKey = Map.groupBy(await listDatasetsOf(at, some), idOf)
    views.push(...some.map((row) => toTaskNode(row, byKey.get(idOf(row)) ?? [])))
  }
  return views
}

function idOf(row: { readonly workflow_id: string; readonly task_key: string }): string {
  return `${row.workflow_id}/${row.task_key}`
}
