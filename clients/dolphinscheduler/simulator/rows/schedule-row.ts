import type { JsonObject } from '#src/lib/json.ts'
import type { Rules } from '../families.ts'
import type { Schedule } from '../state/model.ts'
import { wireTime } from '../state/wire-time.ts'

/** `names` are told by lists only. */
export function scheduleRow(
  rules: Rules,
  schedule: Schedule,
  names: { readonly definition: string; readonly project: string } | null,
): JsonObject {
  const { fields } = schedule
  return {
    id: schedule.id,
    [`${rules.word}DefinitionCode`]: Number(schedule.definitionCode),
    [`${rules.word}DefinitionName`]: names?.definition ?? null,
    projectName: names?.project ?? null,
    definitionDescription: null,
    startTime: wireTime(fields.startTime, rules.serverZone),
    endTime: wireTime(fields.endTime, rules.serverZone),
    timezoneId: fields.timezoneId,
    crontab: fields.crontab,
    failureStrategy: fields.failureStrategy,
    warningType: fields.warningType,
    createTime: wireTime(schedule.createdAt, rules.userZone),
    updateTime: wireTime(schedule.updatedAt, rules.userZone),
    userId: schedule.user.id,
    userName: names === null ? null : schedule.user.name,
    releaseState: schedule.isOnline ? 'ONLINE' : 'OFFLINE',
    warningGroupId: fields.warningGroupId,
    [`${rules.word}InstancePriority`]: fields.priority,
    workerGroup: fields.workerGroup,
    environmentCode: fields.environmentCode,
    ...(rules.family === '3.1' ? {} : { tenantCode: fields.tenantCode, environmentName: null }),
  }
}
