import { canonicalDocument } from './canonical.ts'
import type { StartParam, WorkflowDocument } from './document.ts'
import { saidOr } from './said-or.ts'

/**
 * What of a document has a place in the engine, in canonical form. Owners, tags, lineage, end
 * outputs, and what only callers of a run read of a parameter stay in the version and never drift.
 * Worker group and environment stand on each task, as they do there.
 */
export function enginePart(document: WorkflowDocument): WorkflowDocument {
  const { owner: _owner, ...rest } = canonicalDocument(document)
  const { worker_group: group, environment, ...settings } = rest.settings
  return {
    ...rest,
    tags: [],
    start: {
      params: { type: 'object', properties: declared(rest), required: [] },
      sync_timeout_sec: DEFAULT_SYNC_TIMEOUT_SEC,
    },
    end: { outputs: {} },
    settings,
    tasks: rest.tasks.map(({ owner: _taskOwner, ...task }) => ({
      ...task,
      ...fallback('worker_group', task.worker_group ?? group),
      ...fallback('environment', saidOr(task.environment, environment)),
      reads: [],
      writes: [],
    })),
  }
}

const DEFAULT_SYNC_TIMEOUT_SEC = 30

/** A parameter without a default is not declared there: each start brings it along. */
function declared({ start }: WorkflowDocument): Record<string, StartParam> {
  return Object.fromEntries(
    Object.entries(start.params.properties)
      .filter(([, param]) => param.default !== undefined)
      .map(([name, { description: _description, enum: _enum, ...param }]) => [name, param]),
  )
}

function fallback<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> {
  const entry: Partial<Record<K, V>> = {}
  if (value !== undefined) entry[key] = value
  return entry
}
