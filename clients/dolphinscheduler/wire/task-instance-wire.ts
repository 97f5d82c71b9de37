import { z } from 'zod'
import type { EngineTaskInstance } from '#src/engine/run.ts'
import { newestTypeName } from '../compile/type-names.ts'
import { Code, intOr, parseJsonText, wireDateOrNull } from './fields.ts'
import { nodeState } from './states.ts'

export function taskInstanceRow(zone: string) {
  return z
    .looseObject({
      id: z.int(),
      workflowInstanceId: z.int(),
      taskCode: Code,
      name: z.string(),
      taskType: z.string(),
      state: z.string(),
      retryTimes: intOr(0),
      submitTime: wireDateOrNull(zone),
      startTime: wireDateOrNull(zone),
      endTime: wireDateOrNull(zone),
      host: z.string().nullish(),
      varPool: z.unknown().optional(),
      taskParams: z.unknown().optional(),
    })
    .transform((row): EngineTaskInstance => ({
      id: row.id,
      instanceId: row.workflowInstanceId,
      taskCode: row.taskCode,
      name: row.name,
      type: newestTypeName(row.taskType),
      ...nodeState(row.state),
      engineState: row.state,
      retryTimes: row.retryTimes,
      submittedAt: row.submitTime,
      startedAt: row.startTime,
      endedAt: row.endTime,
      host: row.host ?? null,
      outputs: readOutputs(row.varPool, row.taskParams),
    }))
}

const Properties = z.array(
  z.looseObject({ prop: z.string(), direct: z.string().nullish(), value: z.unknown().optional() }),
)
const DeclaredParams = z.looseObject({ localParams: Properties.nullish() })

/** A task's varPool also holds what it inherited: only what it declares OUT is its own. */
function readOutputs(varPool: unknown, taskParams: unknown): Readonly<Record<string, string>> {
  const values = Properties.safeParse(parseJsonText(varPool)).data ?? []
  const params = DeclaredParams.safeParse(parseJsonText(taskParams)).data
  const declared = new Set(
    (params?.localParams ?? []).filter(({ direct }) => direct === 'OUT').map(({ prop }) => prop),
  )
  return Object.fromEntries(
    values
      .filter(({ prop }) => declared.has(prop))
      .map(({ prop, value }) => [prop, typeof value === 'string' ? value : textOf(value)]),
  )
}

function textOf(value: unknown): string {
  return value === null || value === undefined ? '' : JSON.stringify(value)
}
