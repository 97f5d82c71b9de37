import { z } from 'zod'
import type { EngineTask } from '#src/engine/definition.ts'
import { newestTypeName } from '../compile/type-names.ts'
import { Code, EnvironmentCode, JsonTextObject, intOr, textOr } from './fields.ts'
import { ExecutionWord, PriorityWord, TimeoutActionWord } from './words.ts'

const TaskFields = z.looseObject({
  code: Code,
  version: intOr(1),
  name: z.string(),
  description: textOr(''),
  taskType: z.string(),
  taskParams: JsonTextObject,
  flag: textOr('YES'),
  taskPriority: PriorityWord,
  workerGroup: textOr('default'),
  environmentCode: EnvironmentCode,
  failRetryTimes: intOr(0),
  failRetryInterval: intOr(0),
  timeoutFlag: textOr('CLOSE'),
  timeoutNotifyStrategy: TimeoutActionWord,
  timeout: intOr(0),
  delayTime: intOr(0),
  taskGroupId: intOr(0),
  taskGroupPriority: intOr(0),
  cpuQuota: intOr(-1),
  memoryMax: intOr(-1),
  taskExecuteType: ExecutionWord,
  isCache: textOr('NO'),
})

/** A task and the engine's version of it. */
export const TaskRow = TaskFields.transform((row) => ({ version: row.version, task: toTask(row) }))

function toTask(row: z.output<typeof TaskFields>): EngineTask {
  return {
    code: row.code,
    name: row.name,
    description: row.description,
    type: newestTypeName(row.taskType),
    params: row.taskParams,
    isDisabled: row.flag === 'NO',
    priority: row.taskPriority,
    workerGroup: row.workerGroup,
    environmentCode: row.environmentCode,
    retryTimes: row.failRetryTimes,
    retryIntervalMin: row.failRetryInterval,
    timeout:
      row.timeoutFlag === 'OPEN' ? { min: row.timeout, action: row.timeoutNotifyStrategy } : null,
    delayMin: row.delayTime,
    taskGroupId: row.taskGroupId,
    taskGroupPriority: row.taskGroupPriority,
    cpuQuotaPercent: row.cpuQuota,
    memoryMaxMb: row.memoryMax,
    ...(row.taskExecuteType === 'stream' ? { isStream: true } : {}),
    ...(row.isCache === 'YES' ? { isCached: true } : {}),
  }
}
