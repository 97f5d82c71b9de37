import type { JsonObject } from '#src/lib/json.ts'
import type { Rules } from '../families.ts'
import { taskStateAt } from '../state/instance-state.ts'
import type { Instance, TaskRun } from '../state/model.ts'
import { wireTime, wireTimeOrNull } from '../state/wire-time.ts'
import { durationText } from './instance-row.ts'

/** A row of the project's list of task instances. */
export function taskRunRow(
  rules: Rules,
  { run, instance }: { readonly run: TaskRun; readonly instance: Instance },
  now: number,
): JsonObject {
  const { fields } = run.task
  const { word, userZone } = rules
  const state = taskStateAt(run, now)
  const isStarted = run.startAt <= now
  const isDone = run.endAt <= now
  return {
    id: run.id,
    name: fields.name,
    taskType: fields.taskType,
    [`${word}InstanceId`]: run.instanceId,
    [`${word}InstanceName`]: instance.name,
    taskCode: Number(fields.code),
    taskDefinitionVersion: run.task.version,
    processDefinitionName: null,
    taskGroupPriority: fields.taskGroupPriority,
    state,
    firstSubmitTime: wireTime(run.firstSubmitAt, userZone),
    submitTime: wireTime(run.submitAt, userZone),
    startTime: isStarted ? wireTimeOrNull(run.startAt, userZone) : null,
    endTime: isDone ? wireTimeOrNull(run.endAt, userZone) : null,
    host: isStarted ? '127.0.0.1:1234' : null,
    executePath: isDone && word === 'process' ? `/opt/dolphinscheduler/data/exec/${run.id}` : null,
    logPath: isStarted ? logPath(run) : null,
    retryTimes: run.retryTimes,
    alertFlag: 'NO',
    [`${word}Instance`]: null,
    [word === 'process' ? 'processDefine' : 'workflowDefinition']: null,
    taskDefine: null,
    pid: isDone && word === 'process' ? 20_000 + run.id : 0,
    appLink: null,
    flag: 'YES',
    duration: isDone ? durationText(run.endAt - run.startAt) : null,
    maxRetryTimes: fields.failRetryTimes,
    retryInterval: fields.failRetryInterval,
    taskInstancePriority: fields.taskPriority,
    [`${word}InstancePriority`]: null,
    workerGroup: run.workerGroup,
    environmentCode: fields.environmentCode,
    environmentConfig: null,
    executorId: instance.start.user.id,
    varPool: varPool(rules, run, now),
    executorName: instance.start.user.name,
    delayTime: fields.delayTime,
    taskParams: taskParams(rules, run),
    dryRun: 0,
    taskGroupId: fields.taskGroupId,
    taskExecuteType: fields.taskExecuteType,
    ...extraFields(rules, run, isDone),
  }
}

/** A row of an instance's own list, which tells other things than the project's. */
export function taskOfInstanceRow(
  rules: Rules,
  { run, instance }: { readonly run: TaskRun; readonly instance: Instance },
  now: number,
): JsonObject {
  const row = { ...taskRunRow(rules, { run, instance }, now), duration: null }
  if (rules.word === 'workflow') return { ...row, taskInstanceDependentResults: null }
  if (rules.family === '3.2') return row
  const { cpuQuota, memoryMax } = run.task.fields
  return { ...row, processInstanceName: null, executorName: null, cpuQuota, memoryMax }
}

function extraFields({ family }: Rules, run: TaskRun, isDone: boolean): JsonObject {
  const { fields } = run.task
  const quotas = { cpuQuota: fields.cpuQuota, memoryMax: fields.memoryMax }
  const projectCode = Number(run.projectCode)
  if (family === '3.3' || family === '3.4') return { ...quotas, projectCode }
  const old = {
    taskComplete: isDone,
    firstRun: !isDone,
    blockingTask: false,
    switchTask: false,
    conditionsTask: false,
    dependTask: false,
    subProcess: false,
    dependency: null,
    dependentResult: null,
    switchDependency: null,
  }
  if (family === '3.1') return { ...old, cpuQuota: null, memoryMax: null, resources: null }
  return {
    ...old,
    ...quotas,
    projectCode,
    conditionsParameters: null,
    conditionResult: null,
    testFlag: 0,
    dynamic: false,
    cacheKey: null,
    isCache: fields.isCache,
  }
}

export function logPath(run: TaskRun): string {
  return `/opt/dolphinscheduler/logs/${run.instanceId}/${run.id}.log`
}

/** 3.4 keeps nothing of a task that failed. */
function varPool({ word }: Rules, run: TaskRun, now: number): string | null {
  if (run.endAt > now || !['SUCCESS', 'FAILURE'].includes(run.finalState)) return null
  const text = JSON.stringify(run.varPool)
  if (word === 'process') return text
  return run.finalState === 'FAILURE' || run.varPool.length === 0 ? null : text
}

const OLD_EXTRAS = {
  conditionResult: 'null',
  dependence: 'null',
  switchResult: 'null',
  waitStartTimeout: null,
}

function taskParams({ word }: Rules, run: TaskRun): string {
  return JSON.stringify({
    ...run.task.fields.taskParams,
    ...(word === 'process' ? OLD_EXTRAS : {}),
  })
}
