import type { WorkflowDocument } from '#src/definition/document.ts'
import { withMarker } from '#src/definition/marker.ts'
import type { Task } from '#src/definition/task.ts'
import { saidOr } from '#src/definition/said-or.ts'
import type {
  EngineCode,
  EngineDefinition,
  EngineEdge,
  EngineTask,
} from '#src/engine/definition.ts'
import type { Bindings } from '#src/engine/engine.ts'
import { AppError } from '#src/lib/errors.ts'
import type { Issue } from '#src/lib/errors.ts'
import { must } from '#src/lib/must.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { TaskContext } from './context.ts'
import { normalizeDefinition } from './normalize.ts'
import { compileStartParams } from './start-params.ts'
import { compileTaskParams } from './tasks/compile-task.ts'
import { lookup } from './lookup.ts'

interface Compilation {
  readonly document: WorkflowDocument
  readonly bindings: Bindings
  readonly dialect: Dialect
  readonly issues: Issue[]
}

export function compileDocument(
  document: WorkflowDocument,
  bindings: Bindings,
  dialect: Dialect,
): EngineDefinition {
  const compilation: Compilation = { document, bindings, dialect, issues: [] }
  const definition: EngineDefinition = {
    name: document.name,
    description: withMarker(document.description, bindings.workflowId),
    params: compileStartParams(document),
    concurrency: document.settings.concurrency,
    timeoutMin: document.settings.timeout_min,
    ...(dialect.tenantOn === 'definition'
      ? { tenant: document.settings.tenant ?? bindings.defaultTenant }
      : {}),
    tasks: document.tasks.map((task, index) => compileTask(compilation, task, index)),
    edges: document.tasks.flatMap((task) => edgesTo(task, bindings)),
  }
  const { issues } = compilation
  if (issues.length > 0) {
    throw new AppError(
      'invalid',
      'workflow.invalid',
      `the workflow cannot run on DolphinScheduler ${dialect.family} in this environment`,
      { issues },
    )
  }
  return normalizeDefinition(definition)
}

function compileTask(compilation: Compilation, task: Task, index: number): EngineTask {
  const { document, bindings, dialect, issues } = compilation
  const context: TaskContext = {
    dialect,
    bindings,
    report: (field, fault) => issues.push({ pointer: `/tasks/${index}/${field}`, ...fault }),
  }
  return {
    code: taskCode(bindings, task.key),
    name: task.name ?? task.key,
    description: task.description,
    ...compileTaskParams(task, context),
    isDisabled: task.disabled,
    priority: task.priority,
    workerGroup: task.worker_group ?? document.settings.worker_group ?? bindings.defaultWorkerGroup,
    environmentCode: environmentCode(task, document, context),
    retryTimes: task.retry.times,
    retryIntervalMin: task.retry.interval_min,
    timeout: task.timeout === undefined ? null : { ...task.timeout },
    delayMin: task.delay_min,
    taskGroupId: taskGroupId(task, context),
    taskGroupPriority: task.task_group?.priority ?? 0,
    cpuQuotaPercent: task.cpu_quota_percent,
    memoryMaxMb: task.memory_max_mb,
    ...(task.stream === true ? { isStream: true } : {}),
    ...(task.cached === true ? cached(context) : {}),
  }
}

function cached({ dialect, report }: TaskContext): Pick<EngineTask, 'isCached'> {
  if (!dialect.hasTaskCache)
    report('cached', {
      code: 'unsupported_field',
      message: `DolphinScheduler ${dialect.family} does not cache tasks`,
    })
  return { isCached: true }
}

/** A number stands for itself: what decompiling leaves where an environment has no name. */
function environmentCode(
  task: Task,
  document: WorkflowDocument,
  { bindings, report }: TaskContext,
): EngineCode | null {
  const shared = saidOr(document.settings.environment, bindings.defaultEnvironment)
  const name = saidOr(task.environment, shared)
  if (name === null) return null
  const code = lookup(bindings.environmentCodes, name)
  if (code !== undefined) return code
  if (/^\d+$/.test(name)) return name
  report('environment', {
    code: 'unknown_environment',
    message: `no environment "${name}" on the engine`,
  })
  return null
}

function taskGroupId({ task_group: group }: Task, { bindings, report }: TaskContext): number {
  if (group === undefined) return 0
  const id = lookup(bindings.taskGroupIds, group.name)
  if (id === undefined)
    report('task_group/name', {
      code: 'unknown_task_group',
      message: `no task group "${group.name}" on the engine`,
    })
  return id ?? 0
}

function edgesTo(task: Task, bindings: Bindings): readonly EngineEdge[] {
  const to = taskCode(bindings, task.key)
  if (task.needs.length === 0) return [{ from: null, to }]
  return task.needs.map((key) => ({ from: taskCode(bindings, key), to }))
}

function taskCode(bindings: Bindings, key: string): EngineCode {
  return must(lookup(bindings.taskCodes, key), `an engine code for task ${key}`)
}
