import { z } from 'zod'
import type { EngineSchedule, LiveSchedule } from '#src/engine/definition.ts'
import type { EngineAddress } from '#src/engine/engine.ts'
import type { Dialect } from '../dialects/dialect.ts'
import { formatWireDate } from '../times.ts'
import type { FormFields } from '../form.ts'
import { Code, EnvironmentCode, intOr, textOr, wireDate } from './fields.ts'
import {
  FailureStrategyWord,
  PriorityWord,
  WarningTypeWord,
  wireFailureStrategy,
  wirePriority,
  wireWarningType,
} from './words.ts'

/** `zone`: the server's own; unlike all other dates these do not follow the user. */
export function scheduleRow(zone: string) {
  return z
    .looseObject({
      id: z.int(),
      workflowDefinitionCode: Code,
      startTime: wireDate(zone),
      endTime: wireDate(zone),
      timezoneId: textOr(zone),
      crontab: z.string(),
      failureStrategy: FailureStrategyWord,
      warningType: WarningTypeWord,
      releaseState: z.string(),
      userName: z.string().nullish(),
      warningGroupId: intOr(0),
      workflowInstancePriority: PriorityWord,
      workerGroup: textOr('default'),
      tenantCode: textOr(''),
      environmentCode: EnvironmentCode,
    })
    .transform((row): LiveSchedule => ({
      id: row.id,
      definitionCode: row.workflowDefinitionCode,
      isOnline: row.releaseState === 'ONLINE',
      ownerName: row.userName ?? null,
      schedule: {
        cron: row.crontab,
        timezone: row.timezoneId,
        startsAt: row.startTime,
        endsAt: row.endTime,
        onFailure: row.failureStrategy,
        warningType: row.warningType,
        warningGroupId: row.warningGroupId,
        priority: row.workflowInstancePriority,
        workerGroup: row.workerGroup,
        tenant: row.tenantCode,
        environmentCode: row.environmentCode,
      },
    }))
}

/** All of it each time: what an update leaves out falls back to the engine's defaults. */
export function scheduleForm(
  schedule: EngineSchedule,
  dialect: Dialect,
  address: EngineAddress,
): FormFields {
  const zone = address.serverTimeZone
  return {
    schedule: JSON.stringify({
      startTime: formatWireDate(schedule.startsAt, zone),
      endTime: formatWireDate(schedule.endsAt, zone),
      crontab: schedule.cron,
      timezoneId: schedule.timezone,
    }),
    warningType: wireWarningType(schedule.warningType),
    warningGroupId: schedule.warningGroupId,
    failureStrategy: wireFailureStrategy(schedule.onFailure),
    [dialect.params.instancePriority]: wirePriority(schedule.priority),
    workerGroup: schedule.workerGroup,
    environmentCode: schedule.environmentCode ?? '-1',
    tenantCode: dialect.tenantOn === 'start' ? schedule.tenant : undefined,
  }
}
