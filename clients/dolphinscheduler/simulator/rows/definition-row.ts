import { z } from 'zod'
import type { JsonObject, JsonValue } from '#src/lib/json.ts'
import type { Rules } from '../families.ts'
import type { Content, Definition, Edge, Project, Schedule, TaskVersion } from '../state/model.ts'
import { readJson } from '../state/plan.ts'
import { wireTime } from '../state/wire-time.ts'
import { scheduleRow } from './schedule-row.ts'

interface Names {
  readonly userName: string | null
  readonly projectName: string | null
  /** Where it is not told. */
  readonly tenantCode?: null
}
export const NO_NAMES: Names = { userName: null, projectName: null }

const Json = z.json().catch([])
const Params = z.array(z.looseObject({ prop: z.string(), value: z.json().optional() })).catch([])

function definitionRow(rules: Rules, definition: Definition, names: Names): JsonObject {
  const { content } = definition
  return {
    ...contentRow(rules, definition, content),
    id: definition.id,
    releaseState: definition.isOnline ? 'ONLINE' : 'OFFLINE',
    globalParamList: readJson(Json, content.globalParams),
    ...(rules.family === '3.1' ? toldTenant(content) : {}),
    ...names,
  }
}

/** Where none was chosen, the user's is named. */
function toldTenant({ tenantCode }: Content): JsonObject {
  return { tenantCode: tenantCode === 'default' ? 'root' : tenantCode }
}

/** In a page, which tells of the schedule as well. */
export function definitionPageRow(
  rules: Rules,
  definition: Definition,
  schedule: Schedule | null,
): JsonObject {
  const { name } = definition.user
  const is31 = rules.family === '3.1'
  const state = schedule?.isOnline === true ? 'ONLINE' : 'OFFLINE'
  return {
    ...definitionRow(rules, definition, { ...NO_NAMES, userName: is31 ? null : name }),
    scheduleReleaseState: schedule === null ? null : state,
    modifyBy: name,
    ...(is31
      ? { tenantCode: null }
      : { schedule: schedule === null ? null : scheduleRow(rules, schedule, null) }),
  }
}

/** One of its versions, without the tasks; it never tells which one is online. */
export function versionRow(rules: Rules, definition: Definition, content: Content): JsonObject {
  const savedAt = wireTime(content.savedAt, rules.userZone)
  return {
    ...contentRow(rules, definition, content),
    id: content.id,
    releaseState: 'OFFLINE',
    globalParamList: globalParamList(content),
    updateTime: savedAt,
    operator: definition.user.id,
    operateTime: savedAt,
  }
}

/** As the create and update answer it: built in memory, not read back. */
export function contentRow(rules: Rules, definition: Definition, content: Content): JsonObject {
  return {
    id: rules.family === '3.1' ? null : definition.id,
    code: Number(definition.code),
    name: content.name,
    version: content.version,
    releaseState: null,
    projectCode: Number(definition.projectCode),
    description: content.description,
    globalParams: content.globalParams,
    globalParamList: null,
    globalParamMap: paramMap(content.globalParams),
    createTime: wireTime(definition.createdAt, rules.userZone),
    updateTime: wireTime(definition.updatedAt, rules.userZone),
    flag: 'YES',
    userId: definition.user.id,
    ...NO_NAMES,
    locations: content.locations,
    scheduleReleaseState: null,
    timeout: content.timeout,
    modifyBy: null,
    executionType: content.executionType,
    ...(rules.family === '3.1'
      ? { tenantId: content.tenantCode === 'default' ? -1 : 1, tenantCode: null, warningGroupId: 0 }
      : { schedule: null, warningGroupId: null }),
  }
}

export function globalParamList(content: Content): JsonValue {
  return readJson(Json, content.globalParams)
}

function paramMap(globalParams: string): JsonObject {
  return Object.fromEntries(
    readJson(Params, globalParams).map(({ prop, value }): [string, JsonValue] => [
      prop,
      value ?? '',
    ]),
  )
}

export function definitionDetail(
  rules: Rules,
  definition: Definition,
  { project, names }: { readonly project: Project; readonly names: Names },
): JsonObject {
  const { content } = definition
  return {
    [`${rules.word}Definition`]: definitionRow(rules, definition, names),
    [`${rules.word}TaskRelationList`]: content.edges.map((edge) =>
      relationRow(rules, { definition, project }, edge),
    ),
    taskDefinitionList: content.tasks.map((task) => taskRow(rules, task, project)),
  }
}

function relationRow(
  rules: Rules,
  { definition, project }: { readonly definition: Definition; readonly project: Project },
  edge: Edge,
): JsonObject {
  const { content } = definition
  const versions = new Map(content.tasks.map((task) => [task.fields.code, task.version]))
  const at = wireTime(content.savedAt, rules.userZone)
  return {
    id: edge.id,
    name: '',
    [`${rules.word}DefinitionVersion`]: content.version,
    projectCode: Number(project.code),
    [`${rules.word}DefinitionCode`]: Number(definition.code),
    preTaskCode: Number(edge.from),
    preTaskVersion: versions.get(edge.from) ?? 0,
    postTaskCode: Number(edge.to),
    postTaskVersion: versions.get(edge.to) ?? 0,
    conditionType: 'NONE',
    conditionParams: {},
    createTime: at,
    updateTime: at,
    operator: 1,
    operateTime: at,
  }
}

function taskRow(rules: Rules, task: TaskVersion, project: Project): JsonObject {
  const { fields } = task
  const at = wireTime(task.updatedAt, rules.userZone)
  const localParams = fields.taskParams['localParams'] ?? []
  return {
    id: task.id,
    code: Number(fields.code),
    name: fields.name,
    version: task.version,
    description: fields.description,
    projectCode: Number(project.code),
    userId: 1,
    taskType: fields.taskType,
    taskParams: fields.taskParams,
    taskParamList: localParams,
    taskParamMap: localParamMap(localParams),
    flag: fields.flag,
    taskPriority: fields.taskPriority,
    ...NO_NAMES,
    workerGroup: fields.workerGroup,
    environmentCode: fields.environmentCode,
    failRetryTimes: fields.failRetryTimes,
    failRetryInterval: fields.failRetryInterval,
    timeoutFlag: fields.timeoutFlag,
    timeoutNotifyStrategy: fields.timeoutNotifyStrategy,
    timeout: fields.timeout,
    delayTime: fields.delayTime,
    resourceIds: rules.family === '3.1' ? '' : null,
    createTime: wireTime(task.createdAt, rules.userZone),
    updateTime: at,
    modifyBy: null,
    taskGroupId: fields.taskGroupId,
    taskGroupPriority: fields.taskGroupPriority,
    cpuQuota: fields.cpuQuota,
    memoryMax: fields.memoryMax,
    taskExecuteType: fields.taskExecuteType,
    operator: 1,
    operateTime: at,
    ...(rules.word === 'process' ? { dependence: '' } : {}),
    ...(rules.family === '3.2' ? { isCache: fields.isCache } : {}),
  }
}

function localParamMap(localParams: JsonValue): JsonObject | null {
  const params = Params.parse(localParams)
  if (params.length === 0) return null
  return Object.fromEntries(
    params.map(({ prop, value }): [string, JsonValue] => [prop, value ?? '']),
  )
}
