import { z } from 'zod'
import { accept, refuse } from '../answers/reply.ts'
import type { Reply } from '../answers/reply.ts'
import { isOver, stateAt } from '../state/instance-state.ts'
import { pauseInstance, stopInstance } from '../state/interrupt.ts'
import type { Instance, StartFields } from '../state/model.ts'
import { readJson } from '../state/plan.ts'
import { beginAgain, startRun } from '../state/runs.ts'
import type { ProjectSpace } from '../state/world.ts'
import { inProject, intParam, missingParam } from './route.ts'
import type { Ask, Route } from './route.ts'

const BASE = '/projects/{project}/executors'

export const executorRoutes: readonly Route[] = [
  { method: 'POST', path: `${BASE}/{start}`, answer: inProject(start) },
  { method: 'POST', path: `${BASE}/execute`, answer: inProject(execute) },
]

const REQUIRED = ['scheduleTime', 'failureStrategy', 'warningType']
/** A list is not understood by 3.1, and passed over. */
const StartParams = z.record(z.string(), z.coerce.string()).catch({})

function start(ask: Ask, space: ProjectSpace): Reply {
  const { world, rules, now, params } = ask
  const codeName = `${rules.word}DefinitionCode`
  if (missingParam(params, [codeName, ...REQUIRED]) !== null) return refuse(rules, 'run.params')
  const code = params.get(codeName) ?? ''
  const definition = space.definitions.get(code)
  if (!definition) return refuse(rules, 'run.definition_missing', [code])
  if (!definition.isOnline) {
    return refuse(rules, 'run.definition_offline', [code, definition.content.version])
  }
  const fields = readStart(ask)
  if (rules.tenantOn === 'start' && fields.tenantCode !== world.tenant) {
    return refuse(rules, 'run.tenant_missing', [fields.tenantCode])
  }
  const triggerCode = world.nextCode()
  const order = { definition, start: fields, triggerCode }
  const instance = startRun({ world, space }, order, now)
  if (instance) return accept(rules, 'run.started', [instance.id])
  return accept(rules, 'run.started', rules.family === '3.1' ? null : Number(triggerCode))
}

export function readStart({ rules, params }: Pick<Ask, 'rules' | 'params'>): StartFields {
  return {
    command: 'START_PROCESS',
    params: readJson(StartParams, params.get('startParams') ?? '{}'),
    failureStrategy: params.get('failureStrategy') ?? 'CONTINUE',
    warningType: params.get('warningType') ?? 'NONE',
    warningGroupId: intParam(params, 'warningGroupId') ?? 0,
    priority: params.get(`${rules.word}InstancePriority`) ?? 'MEDIUM',
    workerGroup: params.get('workerGroup') || 'default',
    tenantCode: params.get('tenantCode') ?? 'default',
    environmentCode: intParam(params, 'environmentCode') ?? -1,
    scheduleTime: null,
    timezoneId: 'UTC',
  }
}

function execute(ask: Ask, space: ProjectSpace): Reply {
  const { world, rules, params } = ask
  const id = params.get(`${rules.word}InstanceId`)
  const type = params.get('executeType')
  if (id === null || type === null || !(type in COMMANDS))
    return refuse(rules, 'run.execute_params')
  const instance = world.instances.get(Number(id))
  if (instance?.projectCode !== space.project.code) return refuse(rules, 'instance.missing', [id])
  const isDone = COMMANDS[type]?.(ask, { space, instance }) ?? false
  if (isDone) return accept(rules, 'run.commanded', null)
  const state = stateAt(instance, ask.now)
  return refuse(rules, 'run.wrong_state', [instance.name, state, type, CANNOT[type] ?? ''])
}

interface At {
  readonly space: ProjectSpace
  readonly instance: Instance
}

const CANNOT: Readonly<Record<string, string>> = {
  STOP: 'can not stop',
  PAUSE: 'can not pause',
  REPEAT_RUNNING: 'cannot repeat running',
  RECOVER_SUSPENDED_PROCESS: 'can not be recovered',
  START_FAILURE_TASK_PROCESS: 'can not be recovered',
}

/** Each answers whether the instance was in a state for it. */
const COMMANDS: Readonly<Record<string, (ask: Ask, at: At) => boolean>> = {
  STOP: ({ world, now }, { instance }) => {
    if (!['RUNNING_EXECUTION', 'READY_PAUSE', 'SERIAL_WAIT'].includes(stateAt(instance, now)))
      return false
    stopInstance(world, instance, now)
    return true
  },
  PAUSE: ({ world, now }, { instance }) => {
    if (stateAt(instance, now) !== 'RUNNING_EXECUTION') return false
    pauseInstance(world, instance, now)
    return true
  },
  REPEAT_RUNNING: (ask, at) => isOver(at.instance, ask.now) && again(ask, at, 'REPEAT_RUNNING'),
  RECOVER_SUSPENDED_PROCESS: (ask, at) =>
    ['PAUSE', 'STOP'].includes(stateAt(at.instance, ask.now)) &&
    isOver(at.instance, ask.now) &&
    again(ask, at, 'RECOVER_SUSPENDED_PROCESS'),
  START_FAILURE_TASK_PROCESS: (ask, at) =>
    stateAt(at.instance, ask.now) === 'FAILURE' && again(ask, at, 'START_FAILURE_TASK_PROCESS'),
}

function again({ world, now }: Ask, { space, instance }: At, command: string): true {
  beginAgain({ world, space }, instance, { command, now })
  return true
}
