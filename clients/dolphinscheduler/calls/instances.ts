import { z } from 'zod'
import type { Engine, InstanceRef } from '#src/engine/engine.ts'
import type { TimeWindow } from '#src/engine/run.ts'
import { AppError } from '#src/lib/errors.ts'
import { PAGE_SIZE, PageOf, readAllPages } from '../paging.ts'
import { ceilSecond, floorSecond, formatWireDate } from '../times.ts'
import { instanceDetail, instanceRow } from '../wire/instance-wire.ts'
import { taskInstanceRow } from '../wire/task-instance-wire.ts'
import type { Wire } from '../wire.ts'
import { call, tryCall } from '../wire.ts'

type InstanceCalls = Pick<
  Engine,
  | 'findInstance'
  | 'findInstancesOfTrigger'
  | 'listInstances'
  | 'listTasksOfInstance'
  | 'listTaskInstances'
>

export function instanceCalls(wire: Wire): InstanceCalls {
  const zone = wire.address.userTimeZone
  const Detail = instanceDetail(zone, wire.dialect)
  const Row = instanceRow(zone)
  const Rows = z.array(Row)
  const Page = PageOf(Row)
  const TaskPage = PageOf(taskInstanceRow(zone))
  const { paths, params } = wire.dialect
  return {
    findInstance: async (at, options) => {
      const path = `projects/${at.projectCode}/${paths.instances}/${at.instanceId}`
      const outcome = await tryCall(
        wire,
        { operation: 'instance.get', method: 'GET', path, options },
        Detail,
      )
      if (outcome.kind === 'ok') return outcome.data
      if (outcome.engineCode === NO_SUCH_INSTANCE) return null
      throw outcome.error
    },
    findInstancesOfTrigger: async (projectCode, triggerCode, options) => {
      if (!wire.dialect.hasTriggerCodes) throw noTriggerCodes(wire.dialect.family)
      const path = `projects/${projectCode}/${paths.instances}/trigger`
      const query = { triggerCode }
      return call(wire, { operation: 'run.trigger', method: 'GET', path, query, options }, Rows)
    },
    listInstances: async ({ projectCode, definitionCode, window, page, pageSize }, options) => {
      const path = `projects/${projectCode}/${paths.instances}`
      const query = {
        [params.instanceListDefinition]: definitionCode,
        ...windowQuery(wire, window),
        pageNo: page,
        pageSize,
      }
      return call(wire, { operation: 'instance.list', method: 'GET', path, query, options }, Page)
    },
    /** Not `{id}/tasks`, which shows the newest try of each task only. */
    listTasksOfInstance: async (at, options) => {
      const rows = await readAllPages(async (pageNo) => {
        const query = { [params.instanceId]: at.instanceId, pageNo, pageSize: PAGE_SIZE }
        const path = taskInstancesPath(at)
        return call(wire, { operation: 'task.list', method: 'GET', path, query, options }, TaskPage)
      })
      // A row that arrives while pages are read shifts the others: one may come twice.
      const own = rows.filter((row) => row.instanceId === at.instanceId)
      return [...new Map(own.map((row) => [row.id, row])).values()]
    },
    listTaskInstances: async ({ projectCode, window, page, pageSize }, options) => {
      const query = { ...windowQuery(wire, window), pageNo: page, pageSize }
      const path = taskInstancesPath({ projectCode })
      return call(wire, { operation: 'task.list', method: 'GET', path, query, options }, TaskPage)
    },
  }
}

const NO_SUCH_INSTANCE = 50001

function taskInstancesPath(at: Pick<InstanceRef, 'projectCode'>): string {
  return `projects/${at.projectCode}/task-instances`
}

/** Filters are read to the second. */
function windowQuery(wire: Wire, { from, to }: TimeWindow) {
  const zone = wire.address.userTimeZone
  return {
    startDate: formatWireDate(floorSecond(from), zone),
    endDate: formatWireDate(ceilSecond(to), zone),
  }
}

function noTriggerCodes(family: string): AppError {
  return new AppError('upstream', 'engine.unsupported', `${family} has no trigger codes`)
}
