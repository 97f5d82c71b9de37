import type { JsonObject, JsonValue } from '#src/lib/json.ts'
import type { Rules } from '../families.ts'
import { endTimeAt, phaseAt } from '../state/instance-state.ts'
import type { Instance } from '../state/model.ts'
import { valuesOf } from '../state/plan.ts'
import { wireTime, wireTimeOrNull } from '../state/wire-time.ts'

const HOST = '127.0.0.1'

export function instanceRow(rules: Rules, instance: Instance, now: number): JsonObject {
  const endAt = endTimeAt(instance, now)
  const row: JsonObject = {
    ...sharedFields(rules, instance, now),
    ...detailFields(rules, instance, now),
    dagData: null,
    executorName: instance.start.user.name,
    locations: null,
    duration: durationText((endAt ?? now) - instance.restartTime),
  }
  return rules.family === '3.1' ? { ...row, ...UNTOLD_BY_31, tenantId: 0 } : row
}

/** Its list selects few columns: what is not selected is null, a number 0. */
const UNTOLD_BY_31: JsonObject = {
  commandParam: null,
  taskDependType: null,
  failureStrategy: null,
  warningType: null,
  warningGroupId: null,
  commandStartTime: null,
  globalParams: null,
  isSubProcess: null,
  historyCmd: null,
  processInstancePriority: null,
  workerGroup: null,
  environmentCode: null,
  varPool: null,
}

export function instanceDetail(
  rules: Rules,
  instance: Instance,
  { now, dagData }: { readonly now: number; readonly dagData: JsonValue },
): JsonObject {
  return {
    ...sharedFields(rules, instance, now),
    ...detailFields(rules, instance, now),
    dagData,
    executorName: null,
    locations: instance.content.locations,
    duration: null,
  }
}

function sharedFields(rules: Rules, instance: Instance, now: number): JsonObject {
  const { word, isStartDirect, userZone } = rules
  const phase = phaseAt(instance, now)
  const isTaken =
    !isStartDirect || instance.phases.some((each) => each.at <= now && isRun(each.state))
  return {
    id: instance.id,
    [`${word}DefinitionCode`]: Number(instance.definitionCode),
    [`${word}DefinitionVersion`]: instance.content.version,
    ...(rules.family === '3.1' ? {} : { projectCode: Number(instance.projectCode) }),
    state: phase.state,
    stateHistory: stateHistory(rules, instance, now),
    stateDescList: null,
    recovery: 'NO',
    startTime: wireTime(instance.startTime, userZone),
    endTime: wireTimeOrNull(endTimeAt(instance, now), userZone),
    runTimes: instance.runTimes,
    name: instance.name,
    host: isTaken ? `${HOST}:5678` : null,
    [`${word}Definition`]: null,
    commandType: instance.commandType,
    maxTryTimes: 0,
    scheduleTime: wireTimeOrNull(instance.start.scheduleTime, userZone),
    executorId: instance.start.user.id,
    queue: null,
    dependenceScheduleTimes: null,
    timeout: instance.content.timeout,
    [word === 'process' ? 'nextProcessInstanceId' : 'nextWorkflowInstanceId']: 0,
    dryRun: 0,
    restartTime: wireTime(instance.restartTime, userZone),
    cmdTypeIfComplement: instance.commandType,
    complementData: false,
    ...(word === 'process' ? { blocked: false } : {}),
    ...(rules.family === '3.2' ? { testFlag: 0 } : {}),
    ...(rules.family === '3.1' ? { tenantId: 1 } : {}),
    tenantCode: rules.family === '3.1' ? null : instance.start.tenantCode,
  }
}

function isRun(state: string): boolean {
  return state === 'RUNNING_EXECUTION'
}

function detailFields(rules: Rules, instance: Instance, now: number): JsonObject {
  const { start } = instance
  const { word, isStartDirect } = rules
  const isTaken = instance.phases.some(({ at, state }) => at <= now && isRun(state))
  const isHidden = isStartDirect && !isTaken
  return {
    commandParam: isHidden ? null : commandParam(rules, instance),
    taskDependType: 'TASK_POST',
    failureStrategy: start.failureStrategy,
    warningType: start.warningType,
    warningGroupId: start.warningGroupId,
    commandStartTime: isStartDirect ? null : wireTime(instance.commandTime, rules.userZone),
    globalParams: isHidden ? null : globalParams(rules, instance),
    [word === 'process' ? 'isSubProcess' : 'isSubWorkflow']:
      instance.parent === null ? 'NO' : 'YES',
    historyCmd: instance.history.join(','),
    [`${word}InstancePriority`]: start.priority,
    workerGroup: start.workerGroup,
    environmentCode: start.environmentCode,
    varPool: varPool(rules, instance, now),
  }
}

/** Up to 3.2 every change; since 3.3 only what the command handler writes. */
function stateHistory(
  { isStartDirect, serverZone }: Rules,
  instance: Instance,
  now: number,
): string {
  const told = instance.phases.filter(
    ({ at, state }) =>
      at <= now &&
      (!isStartDirect || ['SUBMITTED_SUCCESS', 'RUNNING_EXECUTION', 'SERIAL_WAIT'].includes(state)),
  )
  return JSON.stringify(
    told.map(({ at, state, desc }) => ({ time: wireTime(at, serverZone), state, desc })),
  )
}

function commandParam({ isStartDirect }: Rules, instance: Instance): string {
  const { params, scheduleTime, timezoneId } = instance.start
  const entries = Object.entries(params)
  if (isStartDirect) {
    return JSON.stringify({
      commandType: instance.history[0] ?? 'START_PROCESS',
      subWorkflowInstance: instance.parent !== null,
      startNodes: [],
      commandParams: entries.length === 0 ? null : entries.map(asParam),
      timeZone: timezoneId,
    })
  }
  if (instance.parent !== null) {
    return JSON.stringify({
      id: '1',
      parentProcessInstanceId: String(instance.parent.instanceId),
      parentTaskInstanceId: String(instance.parent.taskRunId),
      processInstanceId: String(instance.id),
    })
  }
  if (entries.length > 0) return JSON.stringify({ StartParams: JSON.stringify(params) })
  if (instance.commandParam !== null) return instance.commandParam
  return scheduleTime === null ? '{}' : JSON.stringify({ schedule_timezone: timezoneId })
}

function asParam([prop, value]: [string, string]) {
  return { prop, direct: 'IN', type: 'VARCHAR', value }
}

function globalParams({ isStartDirect }: Rules, instance: Instance): string | null {
  const params = Object.entries(valuesOf(instance)).map(asParam)
  return params.length === 0 && !isStartDirect ? null : JSON.stringify(params)
}

function varPool({ isStartDirect }: Rules, instance: Instance, now: number): string | null {
  const done = instance.tasks.filter(
    ({ endAt, finalState }) => endAt <= now && finalState === 'SUCCESS',
  )
  const pool = [
    ...new Map(done.flatMap((run) => run.varPool.map((each) => [each.prop, each]))).values(),
  ]
  if (isStartDirect) return pool.length === 0 ? null : JSON.stringify(pool)
  const state = phaseAt(instance, now).state
  return done.length > 0 || ['SUCCESS', 'PAUSE'].includes(state) ? JSON.stringify(pool) : null
}

/** `3s`, `1m 3s`, `1h 0m 3s`. */
export function durationText(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000))
  const parts = [
    { count: Math.floor(seconds / 3600), unit: 'h' },
    { count: Math.floor(seconds / 60) % 60, unit: 'm' },
    { count: seconds % 60, unit: 's' },
  ]
  const first = parts.findIndex(({ count }) => count > 0)
  return parts
    .slice(first)
    .map(({ count, unit }) => `${count}${unit}`)
    .join(' ')
}
