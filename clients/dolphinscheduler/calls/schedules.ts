import { z } from 'zod'
import type { CallOptions, Engine, ScheduleRef } from '#src/engine/engine.ts'
import { PAGE_SIZE, PageOf, readAllPages } from '../paging.ts'
import { scheduleForm, scheduleRow } from '../wire/schedule-wire.ts'
import type { Wire } from '../wire.ts'
import { Nothing, call, tryCall } from '../wire.ts'

/** 3.1: "schedule release is already ONLINE"; the others just say yes. */
const ALREADY_THERE = 10126

type ScheduleCalls = Pick<
  Engine,
  | 'listSchedules'
  | 'findSchedules'
  | 'createSchedule'
  | 'updateSchedule'
  | 'setScheduleOnline'
  | 'setScheduleOffline'
  | 'deleteSchedule'
>

export function scheduleCalls(wire: Wire): ScheduleCalls {
  const { address, dialect } = wire
  const Row = scheduleRow(address.serverTimeZone)
  const Rows = z.array(Row)
  const Page = PageOf(Row)
  const base = (projectCode: string): string => `projects/${projectCode}/schedules`
  return {
    listSchedules: async (projectCode, options) => {
      const path = `${base(projectCode)}/list`
      return call(
        wire,
        { operation: 'schedule.list', method: 'POST', path, isRepeatable: true, options },
        Rows,
      )
    },
    findSchedules: async (at, options) => {
      const path = base(at.projectCode)
      const rows = await readAllPages(async (pageNo) => {
        const query = { [dialect.params.definitionCode]: at.code, pageNo, pageSize: PAGE_SIZE }
        return call(wire, { operation: 'schedule.list', method: 'GET', path, query, options }, Page)
      })
      return rows.filter((row) => row.definitionCode === at.code)
    },
    createSchedule: async (at, schedule, options) => {
      const form = {
        [dialect.params.definitionCode]: at.code,
        ...scheduleForm(schedule, dialect, address),
      }
      const path = base(at.projectCode)
      await call(
        wire,
        { operation: 'schedule.create', method: 'POST', path, form, options },
        Nothing,
      )
    },
    updateSchedule: async (at, schedule, options) => {
      const form = scheduleForm(schedule, dialect, address)
      const path = `${base(at.projectCode)}/${at.scheduleId}`
      await call(
        wire,
        { operation: 'schedule.update', method: 'PUT', path, form, isRepeatable: true, options },
        Nothing,
      )
    },
    setScheduleOnline: async (at, options) => switchSchedule(wire, at, { to: 'online', options }),
    setScheduleOffline: async (at, options) => switchSchedule(wire, at, { to: 'offline', options }),
    deleteSchedule: async (at, options) => {
      const path = `${base(at.projectCode)}/${at.scheduleId}`
      await call(wire, { operation: 'schedule.delete', method: 'DELETE', path, options }, Nothing)
    },
  }
}

async function switchSchedule(
  wire: Wire,
  at: ScheduleRef,
  { to, options }: { readonly to: 'online' | 'offline'; readonly options: CallOptions },
): Promise<void> {
  const path = `projects/${at.projectCode}/schedules/${at.scheduleId}/${to}`
  const outcome = await tryCall(
    wire,
    { operation: `schedule.${to}`, method: 'POST', path, isRepeatable: true, options },
    Nothing,
  )
  if (outcome.kind === 'refusal' && outcome.engineCode !== ALREADY_THERE) throw outcome.error
}
