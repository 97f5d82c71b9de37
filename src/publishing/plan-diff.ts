import type { OrgReader } from '../db/database.ts'
import { readJson, readJsonOrNull } from '../db/json-column.ts'
import type { Row } from '../db/tables.ts'
import { diffDocuments, diffWithNothing, type DocumentDiff } from '../definition/diff.ts'
import { renderDiff } from '../definition/diff-text.ts'
import type { Bindings, EngineCompiler } from '../engine/engine.ts'
import type { Issue } from '../lib/errors.ts'
import { readVersion } from '../workflows/read-version.ts'
import type { WorkflowVersion } from '../workflows/workflow.ts'
import { NO_OVERLAY } from '../environments/environment.ts'
import { withTenantSent } from './definition-tenant.ts'
import { valueOrIssues } from './value-or-issues.ts'
import { BoundNames, StoredDefinition, type LiveState, type Plan } from './plan.ts'

interface Compared {
  readonly deployment: Row<'workflow_deployment'> | null
  readonly version: WorkflowVersion
  readonly live: LiveState | null
  readonly bindings: Bindings
  readonly compiler: EngineCompiler
}

/** What a plan changes since the last deploy (all, where it is the first), and what somebody changed on the engine since. */
export async function diffWithDeployed(
  at: OrgReader,
  { deployment, version, live, bindings, compiler }: Compared,
): Promise<Pick<Plan, 'changes' | 'changes_text' | 'drift_text'>> {
  const last = deployment?.version
    ? await readVersion(at, version.workflowId, deployment.version)
    : null
  const changes: DocumentDiff = last
    ? diffDocuments(last.document, version.document)
    : diffWithNothing(version.document)
  const first = `+ workflow ${version.workflowId} v${version.version}\n`
  const text = `${last ? '' : first}${renderDiff(changes)}`
  if (!live || !deployment?.live_json) return { changes, changes_text: text, drift_text: null }
  const kept = readJson(StoredDefinition, deployment.live_json)
  const overlay = readJsonOrNull(BoundNames, deployment.bound_names)?.overlay ?? NO_OVERLAY
  const before =
    last === null
      ? kept
      : withTenantSent(kept, live.definition, { document: last.document, overlay, bindings })
  const drift = valueOrIssues(() =>
    diffDocuments(
      compiler.decompile(before, bindings),
      compiler.decompile(live.definition, bindings),
    ),
  )
  return { changes, changes_text: text, drift_text: driftText(drift) }
}

function driftText(drift: {
  readonly value: DocumentDiff | null
  readonly issues: readonly Issue[]
}): string | null {
  if (drift.value === null)
    return `the engine holds what a document cannot say: ${drift.issues.map(({ message }) => message).join('; ')}\n`
  return drift.value.is_empty ? null : renderDiff(drift.value)
}
