import type { JsonObject, JsonValue } from '#src/lib/json.ts'
import type { TaskContext } from './context.ts'
import { idText } from './id-text.ts'
import { nameOf, nameWhere } from './inverse.ts'
import { lookup } from './lookup.ts'
import { mapReferences, type ReferencePlace } from './map-references.ts'
import { sourceId } from './tasks/data-source.ts'
import { nameResource } from './tasks/resources.ts'

/** Ids and codes become names where one is known; anything else stays. */
export function nameReferences(type: string, params: JsonObject, context: TaskContext): JsonObject {
  return mapReferences(type, params, (value, place) => {
    if (place.path.kind === 'resource') return nameFile(value, context)
    const id = idText(value)
    const tag = id === null ? undefined : tagOf(id, place, context)
    if (tag === undefined) return value
    if (typeof value === 'string') return { $text: [tag] }
    // A task of the same workflow is said by its plain key.
    return place.path.kind === 'task' ? (tag['$task'] ?? value) : tag
  })
}

function nameFile(value: JsonValue, context: TaskContext): JsonValue {
  const isText = typeof value === 'string'
  const path = nameResource(isText ? { resourceName: value } : value, context)
  if (path === undefined) return value
  return isText ? { $text: [{ $resource: path }] } : { $resource: path }
}

function tagOf(id: string, place: ReferencePlace, context: TaskContext): JsonObject | undefined {
  const { bindings } = context
  switch (place.path.kind) {
    case 'task':
      return tagged('$task', nameOf(bindings.taskCodes, id))
    case 'waited_task':
      return tagged('$task', nameOf(taskCodesBeside(place.owner, context), id))
    case 'data_source':
      return tagged('$data_source', nameWhere(bindings.dataSources, sourceId, id))
    case 'workflow':
      return tagged('$workflow', nameOf(bindings.workflowCodes, id))
    case 'project':
      return id === bindings.projectCode ? { $project: 'own' } : undefined
    case 'alert_group':
      return tagged('$alert_group', nameOf(bindings.alertGroupIds, id))
    case 'resource':
    case 'udf_functions':
      return undefined
  }
}

/** Those of the workflow whose code stands in the same item. */
function taskCodesBeside(
  { definitionCode }: JsonObject,
  { bindings }: TaskContext,
): Readonly<Record<string, string>> {
  const workflow = nameOf(bindings.workflowCodes, idText(definitionCode) ?? '')
  return (workflow === undefined ? undefined : lookup(bindings.workflowTaskCodes, workflow)) ?? {}
}

function tagged(tag: string, name: string | undefined): JsonObject | undefined {
  return name === undefined ? undefined : { [tag]: name }
}
