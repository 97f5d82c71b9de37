import type { EngineResource } from '#src/engine/catalog.ts'
import type { EngineCode, EngineDefinition, EngineTask } from '#src/engine/definition.ts'
import type { EngineIds } from '#src/engine/ids.ts'
import type { JsonObject, JsonValue } from '#src/lib/json.ts'
import { Code } from '../wire/fields.ts'
import type { ReferencePath } from './reference-paths.ts'
import { mapReferences } from './task-references.ts'
import { dependedCodes } from './tasks/dependent.ts'
import { resourceOf } from './tasks/resources.ts'

/** Every id and code that names something outside of the definition that holds it. */
export function idsOf(definitions: readonly EngineDefinition[]): EngineIds {
  const found: Found = {
    dataSources: new Map(),
    environmentCodes: new Set(),
    alertGroupIds: new Set(),
    taskGroupIds: new Set(),
    resources: new Map(),
    workflows: new Map(),
  }
  for (const task of definitions.flatMap(({ tasks }) => tasks)) addTask(task, found)
  return {
    dataSources: [...found.dataSources].map(([id, type]) => ({ id, type })),
    environmentCodes: [...found.environmentCodes],
    alertGroupIds: [...found.alertGroupIds],
    taskGroupIds: [...found.taskGroupIds],
    resources: [...found.resources.values()],
    workflows: new Map([...found.workflows].map(([code, tasks]) => [code, [...tasks]])),
  }
}

interface Found {
  readonly dataSources: Map<number, string>
  readonly environmentCodes: Set<EngineCode>
  readonly alertGroupIds: Set<number>
  readonly taskGroupIds: Set<number>
  readonly resources: Map<string, EngineResource>
  readonly workflows: Map<EngineCode, Set<EngineCode>>
}

function addTask({ type, params, environmentCode, taskGroupId }: EngineTask, found: Found): void {
  if (environmentCode !== null) found.environmentCodes.add(environmentCode)
  if (taskGroupId !== 0) found.taskGroupIds.add(taskGroupId)
  mapReferences(type, params, (value, path) => {
    addReference(value, { path, params, found })
    return value
  })
  for (const { definitionCode, taskCode } of dependedCodes(params))
    if (taskCode !== null) tasksOf(definitionCode, found).add(taskCode)
}

function addReference(
  value: JsonValue,
  {
    path,
    params,
    found,
  }: { readonly path: ReferencePath; readonly params: JsonObject; readonly found: Found },
): void {
  const id = typeof value === 'number' && value > 0 ? value : null
  const resource = resourceOf(value)
  const code = Code.safeParse(value).data
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
      if (code !== undefined) tasksOf(code, found)
      return
    case 'project':
    case 'task':
  }
}

function tasksOf(code: EngineCode, { workflows }: Found): Set<EngineCode> {
  const tasks = workflows.get(code) ?? new Set()
  workflows.set(code, tasks)
  return tasks
}

/** A copy has a data source at both ends. */
const TYPE_FIELDS: Readonly<Record<string, string>> = { dataSource: 'dsType', dataTarget: 'dtType' }

function dataSourceType({ steps }: ReferencePath, params: JsonObject): string {
  const type = params[TYPE_FIELDS[steps.at(-1) ?? ''] ?? 'type']
  return typeof type === 'string' ? type : ''
}
