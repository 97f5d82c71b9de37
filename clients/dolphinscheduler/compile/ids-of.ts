import type { EngineResource } from '#src/engine/catalog.ts'
import type { EngineCode, EngineDefinition, EngineTask } from '#src/engine/definition.ts'
import type { EngineIds, WorkflowUse } from '#src/engine/ids.ts'
import type { JsonObject, JsonValue } from '#src/lib/json.ts'
import { Code } from '../wire/fields.ts'
import { idText } from './id-text.ts'
import { mapReferences, type ReferencePlace } from './map-references.ts'
import type { ReferencePath } from './reference-paths.ts'
import { resourceOf } from './tasks/resources.ts'

/** Every id and code that names something outside of the definition that holds it. */
export function idsOf(definitions: readonly EngineDefinition[]): EngineIds {
  const found: Found = {
    dataSources: new Map(),
    environmentCodes: new Set(),
    alertGroupIds: new Set(),
    taskGroupIds: new Set(),
    resources: new Map(),
    udfFunctionIds: new Set(),
    tasks: new Set(),
    workflowUses: new Map(),
  }
  for (const task of definitions.flatMap(({ tasks }) => tasks)) addTask(task, found)
  const workflowUses = [...found.workflowUses.values()]
  return {
    dataSources: [...found.dataSources].map(([id, type]) => ({ id, type })),
    environmentCodes: [...found.environmentCodes],
    alertGroupIds: [...found.alertGroupIds],
    taskGroupIds: [...found.taskGroupIds],
    resources: [...found.resources.values()],
    udfFunctionIds: [...found.udfFunctionIds],
    tasks: [...found.tasks],
    workflows: tasksByWorkflow(workflowUses),
    workflowUses,
  }
}

interface Found {
  readonly dataSources: Map<number, string>
  readonly environmentCodes: Set<EngineCode>
  readonly alertGroupIds: Set<number>
  readonly taskGroupIds: Set<number>
  readonly resources: Map<string, EngineResource>
  readonly udfFunctionIds: Set<string>
  readonly tasks: Set<string>
  readonly workflowUses: Map<string, WorkflowUse>
}

function addTask({ type, params, environmentCode, taskGroupId }: EngineTask, found: Found): void {
  if (environmentCode !== null) found.environmentCodes.add(environmentCode)
  if (taskGroupId !== 0) found.taskGroupIds.add(taskGroupId)
  mapReferences(type, params, (value, place) => {
    addReference(value, { place, params, found })
    return value
  })
}

function addReference(
  value: JsonValue,
  {
    place: { path, owner },
    params,
    found,
  }: { readonly place: ReferencePlace; readonly params: JsonObject; readonly found: Found },
): void {
  const code = Code.safeParse(value).data
  const id = idOf(value)
  const resource = resourceOf(typeof value === 'string' ? { resourceName: value } : value)
  switch (path.kind) {
    case 'data_source':
      if (id !== null && !found.dataSources.has(id))
        found.dataSources.set(id, dataSourceType(path, params))
      return
    case 'alert_group':
      if (id !== null) found.alertGroupIds.add(id)
      return
    case 'resource':
      if (resource !== null) found.resources.set(JSON.stringify(resource), resource)
      return
    case 'workflow':
      if (code !== undefined) addUse(useIn(owner, code), found)
      return
    case 'task':
      if (isTaskSaid(value)) found.tasks.add(idText(value) ?? '')
      return
    case 'udf_functions':
      for (const each of listedIds(value)) found.udfFunctionIds.add(each)
      return
    case 'project':
    case 'waited_task':
  }
}

/** Pages leave 0 or nothing where no task was chosen. */
function isTaskSaid(value: JsonValue): boolean {
  return typeof value === 'number' ? value > 0 : !['', '0', null].includes(idText(value))
}

/** An item that waits says project and task as well; 0 and -1 stand for the whole. */
function useIn({ projectCode, depTaskCode }: JsonObject, code: EngineCode): WorkflowUse {
  const task = Code.safeParse(depTaskCode).data
  return {
    projectCode: Code.safeParse(projectCode).data ?? null,
    code,
    taskCode: task === undefined || Number(task) <= 0 ? null : task,
  }
}

function addUse(use: WorkflowUse, { workflowUses }: Found): void {
  workflowUses.set(JSON.stringify(use), use)
}

function tasksByWorkflow(uses: readonly WorkflowUse[]): EngineIds['workflows'] {
  return new Map(
    [...Map.groupBy(uses, ({ code }) => code)].map(([code, group]) => [
      code,
      [...new Set(group.flatMap(({ taskCode }) => taskCode ?? []))],
    ]),
  )
}

function listedIds(value: JsonValue): readonly string[] {
  return (idText(value) ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')
}

/** The engine reads a number and its digits alike. */
function idOf(value: JsonValue): number | null {
  const id = Number(Code.safeParse(value).data ?? 0)
  return id > 0 ? id : null
}

/** A copy has a data source at both ends. */
const TYPE_FIELDS: Readonly<Record<string, string>> = { dataSource: 'dsType', dataTarget: 'dtType' }

function dataSourceType({ steps }: ReferencePath, params: JsonObject): string {
  const type = params[TYPE_FIELDS[steps.at(-1) ?? ''] ?? 'type']
  return typeof type === 'string' ? type : ''
}
