import type { EngineTask } from '#src/engine/definition.ts'

/** A shell task as the engine port has it, with the engine's own defaults. */
export function engineTask(changes: Partial<EngineTask> = {}): EngineTask {
  return {
    code: '11',
    name: 'a',
    description: '',
    type: 'SHELL',
    params: { rawScript: 'echo' },
    isDisabled: false,
    priority: 'medium',
    workerGroup: 'default',
    environmentCode: null,
    retryTimes: 0,
    retryIntervalMin: 1,
    timeout: null,
    delayMin: 0,
    taskGroupId: 0,
    taskGroupPriority: 0,
    cpuQuotaPercent: -1,
    memoryMaxMb: -1,
    ...changes,
  }
}
