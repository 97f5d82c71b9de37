import { z } from 'zod'
import type { OrgReader } from '../db/database.ts'
import { readJson } from '../db/json-column.ts'
import type { Row } from '../db/tables.ts'
import type { WorkflowDocument } from '../definition/document.ts'
import type { Bindings, CallOptions } from '../engine/engine.ts'
import type { ConnectedEnvironment } from '../environments/connect-environment.ts'
import type { Call } from '../lib/call.ts'
import type { Issue } from '../lib/errors.ts'
import type { WorkflowVersion } from '../workflows/workflow.ts'
import { bindNames } from './bind-names.ts'
import { listDeployedCodes } from './deployment-store.ts'
import { findLeftover } from './leftover.ts'
import { readForSave } from './live-state.ts'
import { applyOverlay } from './overlay.ts'
import { ownershipIssues } from './ownership.ts'
import { promotionIssues } from './promotion-gate.ts'
import type { Operation } from './publication.ts'
import { proveRawIds } from './raw-ids.ts'
import { taskCodesFor } from './task-codes.ts'
import { valueOrIssues } from './value-or-issues.ts'

const TaskCodes = z.record(z.string(), z.string())

interface TargetInput {
  readonly connected: ConnectedEnvironment
  readonly version: WorkflowVersion
  readonly deployment: Row<'workflow_deployment'> | null
  readonly operation: Operation
  readonly taskCodes: Readonly<Record<string, string>> | undefined
  readonly now: Date
}

/** The version as the environment would hold it, next to what the engine holds. */
export async function compileTarget(
  call: Call,
  at: OrgReader,
  { connected, version, deployment, operation, taskCodes: given, now }: TargetInput,
) {
  const { engine, environment } = connected
  const options = { signal: call.signal }
  const document = applyOverlay(version.document, environment.overlay)
  const { projectCode, environmentId } = environment
  const place = { workflowId: version.workflowId, environmentId }
  const leftover = deployment?.engine_code
    ? null
    : await findLeftover(at, engine, { place, projectCode, name: document.name }, options)
  const known = deployment?.engine_code
    ? readJson(TaskCodes, deployment.task_codes)
    : (leftover?.taskCodes ?? {})
  const taskCodes = given ?? taskCodesFor(document, known)
  const deployed = await listDeployedCodes(at, environmentId)
  const bound = await bindNames(
    { engine, environment, document: named(document, operation), taskCodes, deployed },
    options,
  )
  const code = deployment?.engine_code ?? leftover?.code
  const there = code ? await readForSave(engine, { projectCode, code }, options) : null
  const live = there?.live ?? null
  const compiled =
    operation === 'deploy'
      ? await compileAndProve(connected, { document, bindings: bound.bindings }, options)
      : { definition: null, issues: [], warnings: [] }
  const deployedVersion = deployment?.engine_code ? deployment.version : null
  const owned = await ownershipIssues(
    engine,
    { projectCode, name: document.name, operation, deployment, live },
    options,
  )
  const gates =
    operation === 'deploy'
      ? await promotionIssues(at, { environment, version, deployedVersion, now })
      : []
  // What takes a workflow down must not wait for names that it no longer needs.
  const needed = operation === 'deploy' || operation === 'online' ? bound.issues : []
  return {
    document,
    taskCodes,
    bound,
    live,
    taskVersions: there?.taskVersions ?? {},
    isLeftover: leftover !== null,
    definition: compiled.definition,
    issues: [...needed, ...withoutKnown(compiled.issues, needed), ...owned, ...gates],
    compileWarnings: compiled.warnings,
  }
}

async function compileAndProve(
  connected: ConnectedEnvironment,
  asked: { readonly document: WorkflowDocument; readonly bindings: Bindings },
  options: CallOptions,
) {
  const { value: definition, issues } = valueOrIssues(() =>
    connected.compiler.compile(asked.document, asked.bindings),
  )
  if (!definition) return { definition: null, issues, warnings: [] }
  return { definition, ...(await proveRawIds(connected, { ...asked, definition }, options)) }
}

/** A name that is unknown is said once, not again by the compiler that lacks its id. */
function withoutKnown(issues: readonly Issue[], known: readonly Issue[]): readonly Issue[] {
  const pointers = new Set(known.map((issue) => issue.pointer))
  return issues.filter((issue) => !pointers.has(issue.pointer))
}

/** The part of a document whose names an operation sends: all of it, or the schedule's. */
function named(document: WorkflowDocument, operation: Operation): WorkflowDocument {
  return operation === 'deploy' ? document : { ...document, tasks: [] }
}
