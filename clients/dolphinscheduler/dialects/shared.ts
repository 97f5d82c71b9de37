import { z } from 'zod'
import type { StartReceipt } from '#src/engine/run.ts'
import { parseJsonText } from '../wire/fields.ts'

/** Up to 3.2 a workflow is a "process". */
export const processWords = {
  paths: {
    definitions: 'process-definition',
    instances: 'process-instances',
    start: 'start-process-instance',
    alertGroups: 'alert-groups/list',
  },
  params: {
    definitionCode: 'processDefinitionCode',
    instanceId: 'processInstanceId',
    instancePriority: 'processInstancePriority',
    instanceListDefinition: 'processDefineCode',
  },
  renamedFields: {
    processDefinition: 'workflowDefinition',
    processTaskRelationList: 'workflowTaskRelationList',
    processDefinitionCode: 'workflowDefinitionCode',
    processDefinitionVersion: 'workflowDefinitionVersion',
    processInstanceId: 'workflowInstanceId',
    processInstancePriority: 'workflowInstancePriority',
  },
  subWorkflow: { type: 'SUB_PROCESS', codeField: 'processDefinitionCode' },
} as const

export const workflowWords = {
  paths: {
    definitions: 'workflow-definition',
    instances: 'workflow-instances',
    start: 'start-workflow-instance',
    alertGroups: 'alert-groups/list',
  },
  params: {
    definitionCode: 'workflowDefinitionCode',
    instanceId: 'workflowInstanceId',
    instancePriority: 'workflowInstancePriority',
    instanceListDefinition: 'workflowDefinitionCode',
  },
  renamedFields: {},
  subWorkflow: { type: 'SUB_WORKFLOW', codeField: 'workflowDefinitionCode' },
} as const

const OldCommandParam = z.looseObject({ StartParams: z.string() })
const TextMap = z.record(z.string(), z.unknown())

/** `{"StartParams":"{\"k\":\"v\"}"}`: a JSON text inside a JSON text. */
export function readStartParamsText(commandParam: unknown): Readonly<Record<string, string>> {
  const outer = OldCommandParam.safeParse(parseJsonText(commandParam))
  if (!outer.success) return {}
  const inner = TextMap.safeParse(parseJsonText(outer.data.StartParams))
  return inner.success ? textValues(Object.entries(inner.data)) : {}
}

const NewCommandParam = z.looseObject({
  commandParams: z.array(z.looseObject({ prop: z.string(), value: z.unknown().optional() })),
})

/** `{"commandParams":[{"prop":"k","value":"v"}]}`. */
export function readStartParamsList(commandParam: unknown): Readonly<Record<string, string>> {
  const parsed = NewCommandParam.safeParse(parseJsonText(commandParam))
  if (!parsed.success) return {}
  return textValues(parsed.data.commandParams.map(({ prop, value }) => [prop, value]))
}

function textValues(entries: readonly (readonly [string, unknown])[]): Record<string, string> {
  return Object.fromEntries(
    entries.map(([name, value]) => [name, typeof value === 'string' ? value : jsonText(value)]),
  )
}

function jsonText(value: unknown): string {
  return value === null || value === undefined ? '' : JSON.stringify(value)
}

const InstanceIds = z.array(z.int())

export function readInstanceIds(data: unknown): StartReceipt | null {
  const parsed = InstanceIds.safeParse(data)
  return parsed.success ? { kind: 'instances', instanceIds: parsed.data } : null
}
