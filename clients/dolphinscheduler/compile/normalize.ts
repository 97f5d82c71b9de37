import type { EngineDefinition, EngineParam, EngineTask } from '#src/engine/definition.ts'
import { compareCodes, compareText, sortedEdges } from './order.ts'
import { canonicalParams } from './task-params.ts'

/** Equal content becomes equal JSON, whoever wrote it: we, the engine's pages, or another client. */
export function normalizeDefinition(definition: EngineDefinition): EngineDefinition {
  return {
    name: definition.name,
    description: definition.description,
    params: definition.params.map(normalizeParam).sort((a, b) => compareText(a.name, b.name)),
    concurrency: definition.concurrency,
    timeoutMin: definition.timeoutMin,
    ...(definition.tenant === undefined ? {} : { tenant: definition.tenant }),
    tasks: definition.tasks.map(normalizeTask).sort((a, b) => compareCodes(a.code, b.code)),
    edges: sortedEdges(definition.edges),
  }
}

function normalizeParam({ name, direction, type, value }: EngineParam): EngineParam {
  return { name, direction, type, value }
}

function normalizeTask(task: EngineTask): EngineTask {
  return {
    code: task.code,
    name: task.name,
    description: task.description,
    type: task.type,
    params: canonicalParams(task.type, task.params),
    isDisabled: task.isDisabled,
    priority: task.priority,
    workerGroup: task.workerGroup,
    environmentCode: task.environmentCode,
    retryTimes: task.retryTimes,
    retryIntervalMin: task.retryIntervalMin,
    timeout: task.timeout,
    delayMin: task.delayMin,
    taskGroupId: task.taskGroupId,
    // Without a group it means nothing.
    taskGroupPriority: task.taskGroupId === 0 ? 0 : task.taskGroupPriority,
    cpuQuotaPercent: task.cpuQuotaPercent,
    memoryMaxMb: task.memoryMaxMb,
    ...(task.isStream === true ? { isStream: true } : {}),
    ...(task.isCached === true ? { isCached: true } : {}),
  }
}
