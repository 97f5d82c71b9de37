import type { EngineTask } from '#src/engine/definition.ts'
import type { SaveDefinition } from '#src/engine/engine.ts'
import type { JsonValue } from '#src/lib/json.ts'
import { normalizeDefinition } from '../compile/normalize.ts'
import { placeTasks } from '../compile/layout.ts'
import { wireTypeName } from '../compile/type-names.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { FormFields } from '../form.ts'
import { wireConcurrency, wirePriority, wireTimeoutAction } from './words.ts'

/** A create or update. `taskVersions`: the engine's own, so that unchanged tasks keep theirs. */
export function definitionForm(
  input: SaveDefinition,
  taskVersions: Readonly<Record<string, number>>,
  dialect: Dialect,
): FormFields {
  const definition = normalizeDefinition(input.definition)
  const places = placeTasks(definition, input.layout)
  return {
    name: definition.name,
    description: definition.description,
    globalParams: JSON.stringify(
      definition.params.map(({ name, direction, type, value }) => ({
        prop: name,
        direct: direction.toUpperCase(),
        type,
        value,
      })),
    ),
    locations: JSON.stringify(
      definition.tasks.map(({ code }) => ({ taskCode: wireCode(code), ...places[code] })),
    ),
    timeout: definition.timeoutMin,
    taskRelationJson: JSON.stringify(
      definition.edges.map(({ from, to }) => ({
        name: '',
        preTaskCode: wireCode(from ?? '0'),
        preTaskVersion: 0,
        postTaskCode: wireCode(to),
        postTaskVersion: 0,
        conditionType: 'NONE',
        conditionParams: {},
      })),
    ),
    taskDefinitionJson: JSON.stringify(
      definition.tasks.map((task) => wireTask(task, taskVersions[task.code] ?? 0, dialect)),
    ),
    executionType: wireConcurrency(definition.concurrency),
    tenantCode: dialect.tenantOn === 'definition' ? (definition.tenant ?? input.tenant) : undefined,
  }
}

/** Every field: a missing quota alone makes a new task version on each save. */
export function wireTask(
  task: EngineTask,
  version: number,
  dialect: Dialect,
): Readonly<Record<string, JsonValue>> {
  return {
    code: wireCode(task.code),
    name: task.name,
    version,
    description: task.description,
    delayTime: task.delayMin,
    taskType: wireTypeName(task.type, dialect),
    taskParams: task.params,
    flag: task.isDisabled ? 'NO' : 'YES',
    taskPriority: wirePriority(task.priority),
    workerGroup: task.workerGroup,
    failRetryTimes: task.retryTimes,
    failRetryInterval: task.retryIntervalMin,
    timeoutFlag: task.timeout === null ? 'CLOSE' : 'OPEN',
    timeoutNotifyStrategy: task.timeout === null ? '' : wireTimeoutAction(task.timeout.action),
    timeout: task.timeout?.min ?? 0,
    environmentCode: wireCode(task.environmentCode ?? '-1'),
    cpuQuota: task.cpuQuotaPercent,
    memoryMax: task.memoryMaxMb,
    taskGroupId: task.taskGroupId,
    taskGroupPriority: task.taskGroupPriority,
    // 3.2 never ends to look at a task without it.
    taskExecuteType: task.isStream === true ? 'STREAM' : 'BATCH',
    // 3.2 refuses a task without it; the others do not know it.
    ...(dialect.hasTaskCache ? { isCache: task.isCached === true ? 'YES' : 'NO' } : {}),
  }
}

/** A number while a double can hold it; text that the engine reads as a long beyond. */
function wireCode(code: string): number | string {
  const value = Number(code)
  return Number.isSafeInteger(value) ? value : code
}
