import { z } from 'zod'
import { canonicalCron, nextFires } from '#src/definition/cron.ts'
import { cutPage, pageOf } from '../answers/page.ts'
import { accept, refuse } from '../answers/reply.ts'
import type { Reply } from '../answers/reply.ts'
import { scheduleRow } from '../rows/schedule-row.ts'
import { beginFiring, quartz } from '../state/fires.ts'
import type { Schedule, ScheduleFields } from '../state/model.ts'
import { readJson } from '../state/plan.ts'
import { readWireTime, wireTime } from '../state/wire-time.ts'
import type { ProjectSpace } from '../state/world.ts'
import { inProject, intParam, mayDelete, pageAsked } from './route.ts'
import type { Ask, Route } from './route.ts'

const BASE = '/projects/{project}/schedules'

export const scheduleRoutes: readonly Route[] = [
  { method: 'GET', path: BASE, answer: inProject(pageSchedules) },
  { method: 'POST', path: BASE, answer: inProject(createSchedule) },
  { method: 'POST', path: `${BASE}/list`, answer: inProject(listSchedules) },
  { method: 'POST', path: `${BASE}/preview`, answer: previewSchedule },
  { method: 'PUT', path: `${BASE}/{id}`, answer: updateKnown },
  { method: 'DELETE', path: `${BASE}/{id}`, answer: deleteKnown },
  { method: 'POST', path: `${BASE}/{id}/online`, answer: inSwitch(online) },
  { method: 'POST', path: `${BASE}/{id}/offline`, answer: inSwitch(offline) },
]

interface At {
  readonly space: ProjectSpace
  readonly schedule: Schedule
}

function inSchedule(answer: (ask: Ask, at: At) => Reply): Route['answer'] {
  return inProject((ask, space) => {
    const id = ask.path['id'] ?? ''
    const schedule = space.schedules.get(Number(id))
    if (schedule) return answer(ask, { space, schedule })
    return refuse(ask.rules, 'schedule.missing', [id])
  })
}

/** Since 3.2 it is asked whose the schedule is, not whose the project. */
function deleteKnown(ask: Ask): Reply {
  const space = ask.world.spaces.get(ask.path['project'] ?? '')
  const schedule = space?.schedules.get(Number(ask.path['id']))
  const isStranger = schedule !== undefined && !mayDelete(ask.user, schedule)
  if (ask.rules.family !== '3.1' && isStranger) return refuse(ask.rules, 'schedule.not_own')
  return inSchedule(deleteSchedule)(ask)
}

/** 3.1 breaks on an unknown one. */
function updateKnown(ask: Ask): Reply {
  const reply = inSchedule(updateSchedule)(ask)
  const isBroken = ask.rules.family === '3.1' && reply.kind === 'schedule.missing'
  return isBroken ? refuse(ask.rules, 'schedule.update_failed') : reply
}

/** Since 3.2 an unknown one goes up and down without a word. */
function inSwitch(answer: (ask: Ask, at: At) => Reply): Route['answer'] {
  return inProject((ask, space) => {
    const isKnown = space.schedules.has(Number(ask.path['id']))
    if (isKnown || ask.rules.family === '3.1') return inSchedule(answer)(ask)
    return accept(ask.rules, 'schedule.switched_unknown', true)
  })
}

function namedRow(ask: Ask, space: ProjectSpace, schedule: Schedule) {
  const definition = space.definitions.get(schedule.definitionCode)
  const names = { definition: definition?.content.name ?? '', project: space.project.name }
  return scheduleRow(ask.rules, schedule, names)
}

function pageSchedules(ask: Ask, space: ProjectSpace): Reply {
  const { rules, params } = ask
  const page = pageAsked(ask)
  if (page === null || page === 'bad_size') return refuse(rules, 'list.page_size')
  const code = params.get(`${rules.word}DefinitionCode`)
  const isAll = code === null || code === '0'
  if (!isAll && !space.definitions.has(code)) return refuse(rules, 'definition.missing', [code])
  const ids = isAll ? [...space.schedules.keys()] : idsOf(space, code)
  const rows = cutPage([...ids].reverse(), page)
    .flatMap((id) => space.schedules.get(id) ?? [])
    .map((schedule) => namedRow(ask, space, schedule))
  return accept(rules, 'schedule.page', pageOf(rules, page, { rows, total: ids.length }))
}

function idsOf(space: ProjectSpace, code: string): readonly number[] {
  return [...(space.definitions.get(code)?.scheduleIds ?? [])]
}

function listSchedules(ask: Ask, space: ProjectSpace): Reply {
  const rows = [...space.schedules.values()].map((schedule) => namedRow(ask, space, schedule))
  return accept(ask.rules, 'schedule.list', rows)
}

/** The next five times; whoever asks, and of whatever project. */
function previewSchedule(ask: Ask): Reply {
  const form = readForm(ask)
  if (typeof form === 'string') return refuse(ask.rules, 'schedule.bad_cron', [form])
  const { crontab, timezoneId, startTime, endTime } = form
  const after = new Date(Math.max(ask.now, startTime))
  const fires = nextFires({ cron: quartz(crontab), timezone: timezoneId }, after, 5)
    .map((fire) => fire.getTime())
    .filter((fire) => fire <= endTime)
  const times = fires.map((fire) => wireTime(fire, timezoneId))
  return accept(ask.rules, 'schedule.previewed', times)
}

function createSchedule(ask: Ask, space: ProjectSpace): Reply {
  const { world, rules, now, params } = ask
  const code = params.get(`${rules.word}DefinitionCode`) ?? ''
  const definition = space.definitions.get(code)
  if (!definition) return refuse(rules, 'schedule.create_failed')
  if (!definition.isOnline) {
    return refuse(rules, 'schedule.definition_offline', [code, definition.content.version])
  }
  const [other] = definition.scheduleIds
  if (rules.isOneScheduleEach && other !== undefined) {
    return refuse(rules, 'schedule.exists', [code, other])
  }
  const form = readForm(ask)
  if (typeof form === 'string') return refuse(rules, 'schedule.bad_cron', [form])
  const schedule: Schedule = {
    id: world.nextId('schedule'),
    projectCode: space.project.code,
    definitionCode: code,
    user: ask.user,
    createdAt: now,
    updatedAt: now,
    fields: form,
    isOnline: false,
    generation: 0,
  }
  space.schedules.set(schedule.id, schedule)
  definition.scheduleIds.add(schedule.id)
  return accept(rules, 'schedule.created', scheduleRow(rules, schedule, null))
}

function updateSchedule(ask: Ask, { space, schedule }: At): Reply {
  const { rules } = ask
  const definition = space.definitions.get(schedule.definitionCode)
  if (!definition?.isOnline) {
    const version = definition?.content.version ?? 0
    return refuse(rules, 'schedule.definition_offline', [schedule.definitionCode, version])
  }
  if (schedule.isOnline) return refuse(rules, 'schedule.not_editable')
  const form = readForm(ask)
  if (typeof form === 'string') return refuse(rules, 'schedule.bad_cron', [form])
  schedule.fields = form
  schedule.updatedAt = ask.now
  const row = rules.family === '3.1' ? null : scheduleRow(rules, schedule, null)
  return accept(rules, 'schedule.updated', row)
}

function deleteSchedule({ rules, user }: Ask, { space, schedule }: At): Reply {
  if (!mayDelete(user, schedule)) return refuse(rules, 'schedule.not_own')
  if (schedule.isOnline) return refuse(rules, 'schedule.still_online', [schedule.id])
  space.schedules.delete(schedule.id)
  space.definitions.get(schedule.definitionCode)?.scheduleIds.delete(schedule.id)
  return accept(rules, 'schedule.deleted', null)
}

function online({ world, rules, now }: Ask, { space, schedule }: At): Reply {
  const isSaidTwice = schedule.isOnline && rules.family === '3.1'
  if (isSaidTwice) return refuse(rules, 'schedule.online_again')
  const definition = space.definitions.get(schedule.definitionCode)
  if (!definition?.isOnline) {
    return refuse(rules, 'schedule.online_definition_offline', [definition?.content.name ?? ''])
  }
  schedule.isOnline = true
  beginFiring({ world, space }, schedule, now)
  return accept(rules, 'schedule.online', rules.family === '3.1' ? null : true)
}

function offline({ rules }: Ask, { schedule }: At): Reply {
  const isSaidTwice = !schedule.isOnline && rules.family === '3.1'
  if (isSaidTwice) return refuse(rules, 'schedule.offline_again')
  schedule.isOnline = false
  return accept(rules, 'schedule.offline', rules.family === '3.1' ? null : true)
}

const When = z
  .looseObject({
    startTime: z.string(),
    endTime: z.string(),
    crontab: z.string(),
    timezoneId: z.string().catch('UTC'),
  })
  .nullable()
  .catch(null)

/** The text that is no cron where it is none. */
function readForm({ rules, params }: Ask): ScheduleFields | string {
  const when = readJson(When, params.get('schedule') ?? '')
  if (when === null) return 'schedule'
  if (!canonicalCron(quartz(when.crontab)).ok) return when.crontab
  return {
    startTime: readWireTime(when.startTime, rules.serverZone) ?? 0,
    endTime: readWireTime(when.endTime, rules.serverZone) ?? 0,
    timezoneId: when.timezoneId,
    crontab: when.crontab,
    failureStrategy: params.get('failureStrategy') ?? 'CONTINUE',
    warningType: params.get('warningType') ?? 'NONE',
    warningGroupId: intParam(params, 'warningGroupId') ?? 1,
    priority: params.get(`${rules.word}InstancePriority`) ?? 'MEDIUM',
    workerGroup: params.get('workerGroup') ?? 'default',
    tenantCode: params.get('tenantCode') ?? 'default',
    environmentCode: intParam(params, 'environmentCode') ?? -1,
  }
}
