import { canonicalDocument } from './canonical.ts'
import type { StartParam, WorkflowDocument } from './document.ts'

/**
 * What of a document has a place in the engine, in canonical form. Owners, tags, lineage, end
 * outputs, and what only callers of a run read of a parameter stay in the version and never drift.
 */
export function enginePart(document: WorkflowDocument): WorkflowDocument {
  const { owner: _owner, ...rest } = canonicalDocument(document)
  const params = Object.entries(rest.start.params.properties)
  return {
    ...rest,
    tags: [],
    start: {
      params: {
        type: 'object',
        properties: Object.fromEntries(params.map(([name, param]) => [name, plainParam(param)])),
        required: [],
      },
      sync_timeout_sec: DEFAULT_SYNC_TIMEOUT_SEC,
    },
    end: { outputs: {} },
    tasks: rest.tasks.map(({ owner: _taskOwner, ...task }) => ({ ...task, reads: [], writes: [] })),
  }
}

const DEFAULT_SYNC_TIMEOUT_SEC = 30

function plainParam({ description: _description, enum: _enum, ...param }: StartParam): StartParam {
  return param
}
