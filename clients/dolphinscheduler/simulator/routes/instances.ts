import { pageOf } from '../answers/page.ts'
import { accept, refuse } from '../answers/reply.ts'
import type { Reply } from '../answers/reply.ts'
import { NO_NAMES, definitionDetail } from '../rows/definition-row.ts'
import { instanceDetail, instanceRow } from '../rows/instance-row.ts'
import { headLine, logLines } from '../rows/log-text.ts'
import { taskRunRow } from '../rows/task-run-row.ts'
import { isOver, stateAt } from '../state/instance-state.ts'
import type { Instance } from '../state/model.ts'
import { readWireTime } from '../state/wire-time.ts'
import type { ProjectSpace } from '../state/world.ts'
import { inProject, intParam, pageAsked } from './route.ts'
import type { Ask, Route } from './route.ts'

const BASE = '/projects/{project}/{instances}'

export const instanceRoutes: readonly Route[] = [
  { method: 'GET', path: BASE, answer: inProject(pageInstances) },
  { method: 'GET', path: `${BASE}/trigger`, answer: inProject(triggered) },
  { method: 'GET', path: `${BASE}/{id}`, answer: inProject(getInstance) },
  { method: 'GET', path: '/projects/{project}/task-instances', answer: inProject(pageTaskRuns) },
  { method: 'GET', path: '/log/detail', answer: readLog },
]

/** Dates are read to the second, both ends included. */
function windowAsked({ params }: Ask): { readonly from: number; readonly to: number } {
  const from = readWireTime(params.get('startDate') ?? '')
  const to = readWireTime(params.get('endDate') ?? '')
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

function triggered({ world, rules, params, now }: Ask): Reply {
  const id = world.instanceIdsByTrigger.get(params.get('triggerCode') ?? '')
  const instance = id === undefined ? undefined : world.instances.get(id)
  const row = instance ? instanceDetail(rules, instance, { now, dagData: null }) : null
  return accept(rules, 'run.triggered', row === null ? [] : [{ ...row, locations: null }])
}

function getInstance(ask: Ask, space: ProjectSpace): Reply {
  const { world, rules, path, now } = ask
  const instance = world.instances.get(Number(path['id']))
  if (instance?.projectCode !== space.project.code) {
    return refuse(rules, 'instance.missing', [path['id'] ?? ''])
  }
  const dagData = dagOf(ask, space, instance)
  return accept(rules, detailKind(instance, now), instanceDetail(rules, instance, { now, dagData }))
}

function detailKind(instance: Instance, now: number) {
  const state = stateAt(instance, now)
  if (state === 'SUBMITTED_SUCCESS') return 'instance.detail_queued'
  if (!isOver(instance, now)) return 'instance.detail_running'
  return state === 'STOP' ? 'instance.detail_stopped' : 'instance.detail'
}

function dagOf({ rules }: Ask, space: ProjectSpace, instance: Instance) {
  const definition = space.definitions.get(instance.definitionCode)
  if (!definition) return null
  const then = { ...definition, content: instance.content }
  return definitionDetail(rules, then, { project: space.project, names: NO_NAMES })
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

function runsOfInstance(
  { world, now, ...ask }: Ask,
  instanceId: number,
  { pageNo, pageSize }: Page,
) {
  const { from, to } = windowAsked({ world, now, ...ask })
  const hasWindow = Number.isFinite(from) || Number.isFinite(to)
  const own = (world.instances.get(instanceId)?.tasks ?? [])
    .filter(({ submitAt }) => submitAt <= now)
    .filter(({ startAt }) => !hasWindow || (startAt >= from && startAt <= Math.min(to, now)))
    .toSorted((a, b) => b.startAt - a.startAt || b.id - a.id)
  return { rows: own.slice((pageNo - 1) * pageSize, pageNo * pageSize), total: own.length }
}

function readLog({ world, rules, params, now }: Ask): Reply {
  const run = world.taskRuns.get(intParam(params, 'taskInstanceId') ?? 0)
  if (!run || run.submitAt > now) return refuse(rules, 'log.task_missing')
  if (run.startAt > now) return refuse(rules, 'log.not_yet')
  const skip = intParam(params, 'skipLineNum') ?? 0
  const limit = intParam(params, 'limit') ?? 1000
  const lines = logLines(rules, run, now).slice(skip, skip + limit)
  if (lines.length === 0) return accept(rules, 'log.past_end', { lineNum: 1, message: '' })
  const text = lines.map((line) => `${line}\r\n`).join('')
  const message = `${skip === 0 ? headLine(run) : ''}${text}`
  return accept(rules, 'log.piece', { lineNum: lines.length, message })
}
