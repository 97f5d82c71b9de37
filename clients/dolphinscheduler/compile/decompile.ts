import { WorkflowDocument } from '#src/definition/document.ts'
import { readMarker } from '#src/definition/marker.ts'
import { nestingIssues } from '#src/definition/nesting.ts'
import type { EngineCode, EngineDefinition, EngineTask } from '#src/engine/definition.ts'
import type { Bindings } from '#src/engine/engine.ts'
import { AppError } from '#src/lib/errors.ts'
import type { Issue } from '#src/lib/errors.ts'
import type { JsonObject } from '#src/lib/json.ts'
import type { Dialect } from '../dialects/dialect.ts'
import { layersOf } from './layout.ts'
import { lookup } from './lookup.ts'
import { normalizeDefinition } from './normalize.ts'
import { compareCodes, compareText } from './order.ts'
import { decompileStartParams } from './start-params.ts'
import { keysByCode } from './task-keys.ts'
import { kindFields } from './tasks/decompile-task.ts'

/** @throws AppError `workflow.invalid` for what a document has no words for: never left out. */
export function decompileDefinition(
  live: EngineDefinition,
  bindings: Bindings,
  dialect: Dialect,
): WorkflowDocument {
  const definition = normalizeDefinition(live)
  const faults = unsayable(definition, bindings)
  if (faults.length > 0) throw unreadable(faults)
  const shared = sharedSettings(definition, bindings)
  const keys = keysByCode(definition.tasks, bindings.taskCodes)
  const needs = needsByCode(definition, keys)
  const said = {
    apiVersion: 'slipway/v1',
    kind: 'Workflow',
    id: bindings.workflowId,
    name: definition.name,
    description: readMarker(definition.description).description,
    start: { params: { properties: decompileStartParams(definition.params) } },
    settings: {
      concurrency: definition.concurrency,
      timeout_min: definition.timeoutMin,
      ...tenantSetting(definition, bindings),
      ...shared.settings,
    },
    tasks: inLayers(definition).map((task) => ({
      key: keys.get(task.code),
      needs: needs.get(task.code) ?? [],
      ...commonFields(task, { key: keys.get(task.code), shared, bindings }),
      ...kindFields(task, { dialect, bindings, report: () => undefined }),
    })),
  }
  const nesting = nestingIssues(said)
  if (nesting.length > 0) throw unreadable(nesting)
  const parsed = WorkflowDocument.safeParse(said)
  if (parsed.success) return parsed.data
  throw unreadable(
    parsed.error.issues.map((issue) => ({
      pointer: `/${issue.path.map(String).join('/')}`,
      code: issue.code,
      message: issue.message,
    })),
  )
}

interface Shared {
  readonly workerGroup: string
  readonly environmentCode: EngineCode | null
  readonly settings: JsonObject
}

/** What all tasks have in common and is not the environment's default belongs to the settings. */
function sharedSettings({ tasks }: EngineDefinition, bindings: Bindings): Shared {
  const defaultCode =
    bindings.defaultEnvironment === null
      ? null
      : (lookup(bindings.environmentCodes, bindings.defaultEnvironment) ?? null)
  const groups = new Set(tasks.map(({ workerGroup }) => workerGroup))
  const codes = new Set(tasks.map(({ environmentCode }) => environmentCode))
  const [group = bindings.defaultWorkerGroup] = groups
  const [code = null] = codes
  const workerGroup = groups.size === 1 ? group : bindings.defaultWorkerGroup
  // Of schedules and starts nothing is said by tasks that have none.
  const environmentCode = codes.size === 1 && code !== null ? code : defaultCode
  return {
    workerGroup,
    environmentCode,
    settings: {
      ...(workerGroup === bindings.defaultWorkerGroup ? {} : { worker_group: workerGroup }),
      ...(environmentCode === defaultCode
        ? {}
        : { environment: environmentName(environmentCode, bindings) }),
    },
  }
}

function tenantSetting({ tenant }: EngineDefinition, { defaultTenant }: Bindings): JsonObject {
  return tenant === undefined || tenant === defaultTenant ? {} : { tenant }
}

function commonFields(
  task: EngineTask,
  { key, shared, bindings }: { key: string | undefined; shared: Shared; bindings: Bindings },
): JsonObject {
  const { environmentCode, timeout } = task
  return {
    ...(task.name === key ? {} : { name: task.name }),
    description: task.description,
    disabled: task.isDisabled,
    priority: task.priority,
    ...(task.workerGroup === shared.workerGroup ? {} : { worker_group: task.workerGroup }),
    ...(environmentCode === shared.environmentCode
      ? {}
      : { environment: environmentName(environmentCode, bindings) }),
    delay_min: task.delayMin,
    retry: { times: task.retryTimes, interval_min: task.retryIntervalMin },
    ...(timeout === null ? {} : { timeout: { min: timeout.min, action: timeout.action } }),
    cpu_quota_percent: task.cpuQuotaPercent,
    memory_max_mb: task.memoryMaxMb,
    ...(task.isStream === true ? { stream: true } : {}),
    ...(task.isCached === true ? { cached: true } : {}),
    ...taskGroupField(task, bindings),
  }
}

function taskGroupField(
  { taskGroupId, taskGroupPriority }: EngineTask,
  { taskGroupIds }: Bindings,
): JsonObject {
  const group = Object.entries(taskGroupIds).find(([, id]) => id === taskGroupId)?.[0]
  return group === undefined ? {} : { task_group: { name: group, priority: taskGroupPriority } }
}

function environmentName(code: EngineCode | null, bindings: Bindings): string | null {
  if (code === null) return null
  const known = Object.entries(bindings.environmentCodes).find(([, other]) => other === code)
  return known?.[0] ?? code
}

function needsByCode(
  { edges }: EngineDefinition,
  keys: ReadonlyMap<EngineCode, string>,
): ReadonlyMap<EngineCode, readonly string[]> {
  const needs = new Map<EngineCode, string[]>()
  for (const { from, to } of edges) {
    const key = from === null ? undefined : keys.get(from)
    if (key === undefined) continue
    const known = needs.get(to) ?? []
    known.push(key)
    needs.set(to, known)
  }
  for (const known of needs.values()) known.sort(compareText)
  return needs
}

/** As a person would write them: what is needed first. */
function inLayers(definition: EngineDefinition): readonly EngineTask[] {
  const layers = layersOf(definition)
  return definition.tasks.toSorted(
    (a, b) => (layers.get(a.code) ?? 0) - (layers.get(b.code) ?? 0) || compareCodes(a.code, b.code),
  )
}

function unsayable({ tasks }: EngineDefinition, { taskGroupIds }: Bindings): readonly Issue[] {
  const named = new Set([0, ...Object.values(taskGroupIds)])
  const grouped = tasks.filter(({ taskGroupId }) => !named.has(taskGroupId))
  return grouped.map(({ name }) => ({
    pointer: '/tasks',
    code: 'unsupported',
    message: `task "${name}" is in a task group that has no name here`,
  }))
}

function unreadable(issues: readonly Issue[]): AppError {
  return new AppError(
    'invalid',
    'workflow.invalid',
    'the definition on the engine says what a workflow document cannot',
    { issues },
  )
}
