import { z } from 'zod'
import type { EngineInstance, EngineInstanceDetail } from '#src/engine/run.ts'
import type { Dialect } from '../dialects/dialect.ts'
import { Code, intOr, wireDateOrNull } from './fields.ts'
import { instanceState, triggerOf } from './states.ts'

function fields(zone: string) {
  return z.looseObject({
    id: z.int(),
    workflowDefinitionCode: Code,
    workflowDefinitionVersion: intOr(0),
    name: z.string(),
    state: z.string(),
    runTimes: intOr(1),
    commandType: z.string().nullish(),
    historyCmd: z.string().nullish(),
    commandParam: z.unknown().optional(),
    scheduleTime: wireDateOrNull(zone),
    startTime: wireDateOrNull(zone),
    restartTime: wireDateOrNull(zone),
    endTime: wireDateOrNull(zone),
    executorName: z.string().nullish(),
    host: z.string().nullish(),
  })
}
type Fields = z.output<ReturnType<typeof fields>>

export function instanceRow(zone: string) {
  return fields(zone).transform(toInstance)
}

export function instanceDetail(zone: string, dialect: Dialect) {
  return fields(zone).transform((row): EngineInstanceDetail => ({
    ...toInstance(row),
    startParams: dialect.readStartParams(row.commandParam),
  }))
}

function toInstance(row: Fields): EngineInstance {
  return {
    id: row.id,
    definitionCode: row.workflowDefinitionCode,
    definitionVersion: row.workflowDefinitionVersion,
    name: row.name,
    ...instanceState(row.state),
    engineState: row.state,
    attempt: Math.max(1, row.runTimes),
    trigger: triggerOf(row.commandType ?? null, row.historyCmd ?? null),
    scheduledFor: row.scheduleTime,
    startedAt: row.startTime,
    restartedAt: row.restartTime,
    endedAt: row.endTime,
    executor: row.executorName ?? null,
    host: row.host ?? null,
  }
}
