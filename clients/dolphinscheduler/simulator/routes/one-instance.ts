import { accept, refuse } from '../answers/reply.ts'
import type { Reply } from '../answers/reply.ts'
import { NO_NAMES, definitionDetail } from '../rows/definition-row.ts'
import { instanceDetail } from '../rows/instance-row.ts'
import { stateText } from '../rows/state-text.ts'
import { taskOfInstanceRow } from '../rows/task-run-row.ts'
import { isOver, newestRuns, stateAt } from '../state/instance-state.ts'
import { removeInstance } from '../state/interrupt.ts'
import type { Instance } from '../state/model.ts'
import type { ProjectSpace } from '../state/world.ts'
import { inProject, intParam } from './route.ts'
import type { Ask, Route } from './route.ts'

const BASE = '/projects/{project}/{instances}'

export const oneInstanceRoutes: readonly Route[] = [
  { method: 'GET', path: `${BASE}/trigger`, answer: inProject(triggered) },
  { method: 'GET', path: `${BASE}/query-sub-by-parent`, answer: inProject(subOfTask) },
  { method: 'GET', path: `${BASE}/{id}`, answer: inInstance(getInstance) },
  { method: 'GET', path: `${BASE}/{id}/tasks`, answer: inInstance(tasksOfInstance) },
  { method: 'DELETE', path: `${BASE}/{id}`, answer: inInstance(deleteInstance) },
]

interface At {
  readonly space: ProjectSpace
  readonly instance: Instance
}

function inInstance(answer: (ask: Ask, at: At) => Reply): Route['answer'] {
  return inProject((ask, space) => {
    const { world, rules, path } = ask
    const instance = world.instances.get(Number(path['id']))
    if (instance?.projectCode !== space.project.code) {
      return refuse(rules, 'instance.missing', [path['id'] ?? ''])
    }
    return answer(ask, { space, instance })
  })
}

function triggered({ world, rules, params, now }: Ask): Reply {
  const id = world.instanceIdsByTrigger.get(params.get('triggerCode') ?? '')
  const instance = id === undefined ? undefined : world.instances.get(id)
  const row = instance ? instanceDetail(rules, instance, { now, dagData: null }) : null
  return accept(rules, 'run.triggered', row === null ? [] : [{ ...row, locations: null }])
}

function getInstance(ask: Ask, { space, instance }: At): Reply {
  const { rules, now } = ask
  const dagData = dagOf(ask, space, instance)
  return accept(rules, detailKind(instance, now), instanceDetail(rules, instance, { now, dagData }))
}

function detailKind(instance: Instance, now: number) {
  const state = stateAt(instance, now)
  if (state === 'SUBMITTED_SUCCESS') return 'instance.detail_queued'
  if (!isOver(instance, now)) return 'instance.detail_running'
  if (instance.parent !== null) return 'instance.detail_sub'
  return state === 'STOP' ? 'instance.detail_stopped' : 'instance.detail'
}

function dagOf({ rules }: Ask, space: ProjectSpace, instance: Instance) {
  const definition = space.definitions.get(instance.definitionCode)
  if (!definition) return null
  const then = { ...definition, content: instance.content }
  return definitionDetail(rules, then, { project: space.project, names: NO_NAMES })
}

/** The last try of each task, newest first. */
function tasksOfInstance({ rules, now }: Ask, { instance }: At): Reply {
  const rows = newestRuns(instance, now)
    .toSorted((a, b) => b.id - a.id)
    .map((run) => taskOfInstanceRow(rules, { run, instance }, now))
  return accept(rules, 'instance.tasks', {
    [`${rules.word}InstanceState`]: stateText(rules, stateAt(instance, now)),
    taskList: rows,
  })
}

function subOfTask({ world, rules, params, now }: Ask): Reply {
  const id = intParam(params, 'taskId') ?? 0
  const run = world.taskRuns.get(id)
  if (!run?.child || run.startAt > now) return refuse(rules, 'instance.not_sub', [id])
  const field = rules.word === 'process' ? 'subProcessInstanceId' : 'subWorkflowInstanceId'
  return accept(rules, 'instance.sub', { [field]: run.child.id })
}

function deleteInstance({ world, rules, now }: Ask, { instance }: At): Reply {
  if (!isOver(instance, now)) {
    const state = stateText(rules, stateAt(instance, now))
    return refuse(rules, 'instance.not_over', [instance.name, state])
  }
  removeInstance(world, instance)
  return accept(rules, 'instance.deleted', null)
}
