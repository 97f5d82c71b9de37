import { pageOf } from '../answers/page.ts'
import { accept, refuse } from '../answers/reply.ts'
import type { Reply } from '../answers/reply.ts'
import { instanceRow } from '../rows/instance-row.ts'
import { headLine, logLines } from '../rows/log-text.ts'
import { taskRunRow } from '../rows/task-run-row.ts'
import { readWireTime } from '../state/wire-time.ts'
import type { ProjectSpace } from '../state/world.ts'
import { inProject, intParam, isAllowed, pageAsked } from './route.ts'
import type { Ask, Route } from './route.ts'

const BASE = '/projects/{project}/{instances}'

export const instanceRoutes: readonly Route[] = [
  { method: 'GET', path: BASE, answer: inProject(pageInstances) },
  { method: 'GET', path: '/projects/{project}/task-instances', answer: inProject(pageTaskRuns) },
  { method: 'GET', path: '/log/detail', answer: readLog },
]

/** Dates are read to the second, both ends included. */
function windowAsked({ params, rules }: Ask): { readonly from: number; readonly to: number } {
  const from = readWireTime(params.get('startDate') ?? '', rules.userZone)
  const to = readWireTime(params.get('endDate') ?? '', rules.userZone)
  return {
    from: from ?? Number.NEGATIVE_INFINITY,
    to: to === null ? Number.POSITIVE_INFINITY : to + 999,
  }
}

function pageInstances(ask: Ask, space: ProjectSpace): Reply {
  const { rules, params, now } = ask
  const page = pageAsked(ask)
  if (page === null) return refuse(rules, 'instance.page_params')
  if (page === 'bad_size') return refuse(rules, 'list.page_size')
  // Any other name for the filter is passed over, and everything is listed.
  const code = params.get(rules.listFilter) ?? '0'
  const timeline = code === '0' ? space.instances : space.instancesByDefinition.get(code)
  const cut = { offset: (page.pageNo - 1) * page.pageSize, limit: page.pageSize }
  const found = timeline?.page(windowAsked(ask), cut) ?? { rows: [], total: 0 }
  const rows = found.rows.map((instance) => instanceRow(rules, instance, now))
  return accept(rules, 'instance.page', pageOf(rules, page, { rows, total: found.total }))
}

function pageTaskRuns(ask: Ask, space: ProjectSpace): Reply {
  const { rules, params, now } = ask
  const page = pageAsked(ask)
  if (page === null || page === 'bad_size') return refuse(rules, 'list.page_size')
  const instanceId = intParam(params, `${rules.word}InstanceId`)
  const found =
    instanceId === null || instanceId === 0
      ? runsOfProject(ask, space, page)
      : runsOfInstance(ask, instanceId, page)
  const rows = found.rows.flatMap((run) => {
    const instance = ask.world.instances.get(run.instanceId)
    return instance ? [taskRunRow(rules, { run, instance }, now)] : []
  })
  return accept(rules, 'task.page', pageOf(rules, page, { rows, total: found.total }))
}

interface Page {
  readonly pageNo: number
  readonly pageSize: number
}

/** What has not started has no date to be found by. */
function runsOfProject(ask: Ask, space: ProjectSpace, { pageNo, pageSize }: Page) {
  const { from, to } = windowAsked(ask)
  const cut = { offset: (pageNo - 1) * pageSize, limit: pageSize }
  return space.taskRuns.page({ from, to: Math.min(to, ask.now) }, cut)
}

function runsOfInstance(ask: Ask, instanceId: number, { pageNo, pageSize }: Page) {
  const { world, now } = ask
  const { from, to } = windowAsked(ask)
  const hasWindow = Number.isFinite(from) || Number.isFinite(to)
  const own = (world.instances.get(instanceId)?.tasks ?? [])
    .filter(({ submitAt }) => submitAt <= now)
    .filter(({ startAt }) => !hasWindow || (startAt >= from && startAt <= Math.min(to, now)))
    .toSorted((a, b) => b.startAt - a.startAt || b.id - a.id)
  return { rows: own.slice((pageNo - 1) * pageSize, pageNo * pageSize), total: own.length }
}

/** 3.1 shows it to everybody. */
function readLog({ world, rules, user, params, now }: Ask): Reply {
  const run = world.taskRuns.get(intParam(params, 'taskInstanceId') ?? 0)
  if (!run || run.submitAt > now) return refuse(rules, 'log.task_missing')
  const space = world.spaces.get(run.projectCode)
  if (rules.family !== '3.1' && space && !isAllowed(user, space)) {
    return refuse(rules, 'project.forbidden', [user.name, run.projectCode])
  }
  if (run.startAt > now) return refuse(rules, 'log.not_yet')
  const skip = intParam(params, 'skipLineNum') ?? 0
  const limit = intParam(params, 'limit') ?? 1000
  const lines = logLines(rules, run, now).slice(skip, skip + limit)
  if (lines.length === 0) return accept(rules, 'log.past_end', { lineNum: 1, message: '' })
  const text = lines.map((line) => `${line}\r\n`).join('')
  const message = `${skip === 0 ? headLine(run) : ''}${text}`
  return accept(rules, 'log.piece', { lineNum: lines.length, message })
}
