import { z } from 'zod'
import { must } from '#src/lib/must.ts'
import { accept, refuse } from '../answers/reply.ts'
import type { Reply } from '../answers/reply.ts'
import { stateText } from '../rows/state-text.ts'
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
  { method: 'POST', path: `${BASE}/{start}`, answer: startAsked },
  { method: 'POST', path: `${BASE}/execute`, answer: inProject(execute) },
]

const REQUIRED = ['scheduleTime', 'failureStrategy', 'warningType']
/** A list is not understood by 3.1, and passed over. */
const StartParams = z.record(z.string(), z.coerce.string()).catch({})

/** 3.2 looks at the right to the project and forgets what it saw. */
function startAsked(ask: Ask): Reply {
  const space = ask.world.spaces.get(ask.path['project'] ?? '')
  return ask.rules.family === '3.2' && space ? start(ask, space) : inProject(start)(ask)
}

function start(ask: Ask, space: ProjectSpace): Reply {
  const { world, rules, now, params } = ask
  const codeName = `${rules.word}DefinitionCode`
  if (missingParam(params, [codeName, ...REQUIRED]) !== null) return refuse(rules, 'run.params')
  const code = params.get(codeName) ?? ''
  const definition = findDefinition(ask, space, code)
  if (!definition) {
    const isElsewhere = rules.word === 'process' && world.definitions.has(code)
    const kind = isElsewhere ? 'run.definition_elsewhere' : 'run.definition_missing'
    return refuse(rules, kind, [code])
  }
  if (!definition.isOnline) {
    return refuse(rules, 'run.definition_offline', [code, definition.content.version])
  }
  const fields = readStart(ask)
  const isTenant = fields.tenantCode === world.tenant || world.otherTenants.has(fields.tenantCode)
  if (rules.tenantOn === 'start' && !isTenant) {
    return refuse(rules, 'run.tenant_missing', [fields.tenantCode])
  }
  const triggerCode = world.nextCode()
  const order = { definition, start: fields, triggerCode }
  const own = must(world.spaces.get(definition.projectCode), 'its project')
  const instance = startRun({ world, space: own }, order, now)
  if (instance) return accept(rules, 'run.started', [instance.id])
  return accept(rules, 'run.started', rules.family === '3.1' ? null : Number(triggerCode))
}

/** 3.3 does not ask whether it is the project's. */
function findDefinition({ world, rules }: Ask, space: ProjectSpace, code: string) {
  const known = rules.family === '3.3' ? world.definitions : space.definitions
  return known.get(code) ?? null
}

export function readStart({
  rules,
  params,
  user,
}: Pick<Ask, 'rules' | 'params' | 'user'>): StartFields {
  return {
    command: 'START_PROCESS',
    user,
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
  return refuse(rules, 'run.wrong_state', [
    instance.name,
    stateText(rules, state),
    type,
    CANNOT[type] ?? '',
  ])
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
