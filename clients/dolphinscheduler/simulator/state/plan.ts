import { z } from 'zod'
import { attemptPhases, takenAt } from './attempt-phases.ts'
import type { Content, Instance, TaskFields, TaskRun, TaskVersion, VarPoolEntry } from './model.ts'
import { newInstance } from './new-instance.ts'
import { runScript } from './script.ts'
import type { ScriptRun } from './script.ts'
import { isSubTask, subDefinition } from './sub-definition.ts'
import type { World } from './world.ts'

/** From the end of a task until the master has sent off what waits for it. */
const DISPATCH_MS = 50
const MINUTE_MS = 60_000

export interface Plan {
  readonly runs: readonly TaskRun[]
  readonly endAt: number
  readonly state: 'SUCCESS' | 'FAILURE'
}

interface Outcome {
  readonly endAt: number
  readonly isOk: boolean
  readonly varPool: readonly VarPoolEntry[]
}

/** What one attempt will do; `done`: tasks that an earlier attempt has finished. */
export function planAttempt(
  world: World,
  instance: Instance,
  { from, done }: { readonly from: number; readonly done: readonly TaskRun[] },
): Plan {
  const { content } = instance
  const outcomes = new Map<string, Outcome>(
    done.map((run) => [run.task.fields.code, { endAt: from, isOk: true, varPool: run.varPool }]),
  )
  const runs: TaskRun[] = []
  for (const task of inOrder(content)) {
    const { code } = task.fields
    if (outcomes.has(code)) continue
    const ready = readyAt(content, outcomes, { code, from })
    if (ready === null) continue
    const isSkipped = task.fields.flag === 'NO'
    const tries = isSkipped ? [] : tryTask(world, instance, { task, ...ready })
    runs.push(...tries)
    const last = tries.at(-1)
    outcomes.set(code, {
      endAt: last?.endAt ?? ready.at,
      isOk: last === undefined || last.finalState === 'SUCCESS',
      varPool: merge(ready.varPool, last?.varPool ?? []),
    })
  }
  return finish(instance, runs, { from, outcomes })
}

/** `END` sends off nothing more once something has failed. */
function finish(
  instance: Instance,
  runs: readonly TaskRun[],
  { from, outcomes }: { readonly from: number; readonly outcomes: ReadonlyMap<string, Outcome> },
): Plan {
  const failures = [...outcomes.values()].filter(({ isOk }) => !isOk)
  const firstFailure = Math.min(Number.POSITIVE_INFINITY, ...failures.map(({ endAt }) => endAt))
  const isEnding = instance.start.failureStrategy === 'END'
  const kept = runs.filter(({ submitAt }) => !isEnding || submitAt <= firstFailure)
  const endAt = Math.max(from, ...kept.map((run) => run.endAt)) + DISPATCH_MS
  return { runs: kept, endAt, state: failures.length > 0 ? 'FAILURE' : 'SUCCESS' }
}

function inOrder(content: Content): readonly TaskVersion[] {
  const left = new Map(content.tasks.map((task) => [task.fields.code, task]))
  const ordered: TaskVersion[] = []
  while (left.size > 0) {
    const free = [...left.values()].filter(({ fields }) =>
      content.edges.every(({ from, to }) => to !== fields.code || !left.has(from)),
    )
    for (const task of free) left.delete(task.fields.code)
    ordered.push(...free)
    if (free.length === 0) break
  }
  return ordered
}

/** null: something before it has failed or never runs. */
function readyAt(
  content: Content,
  outcomes: ReadonlyMap<string, Outcome>,
  { code, from }: { readonly code: string; readonly from: number },
): { readonly at: number; readonly varPool: readonly VarPoolEntry[] } | null {
  const before = content.edges.filter((edge) => edge.to === code && edge.from !== '0')
  const ends = before.map((edge) => outcomes.get(edge.from))
  const good = ends.filter((end) => end !== undefined).filter(({ isOk }) => isOk)
  if (good.length < ends.length) return null
  const at = Math.max(from, ...good.map(({ endAt }) => endAt)) + DISPATCH_MS
  return {
    at,
    varPool: merge(
      [],
      good.flatMap(({ varPool }) => varPool),
    ),
  }
}

interface TryInput {
  readonly task: TaskVersion
  readonly at: number
  readonly varPool: readonly VarPoolEntry[]
}

function tryTask(world: World, instance: Instance, input: TryInput): readonly TaskRun[] {
  const { fields } = input.task
  const tries: TaskRun[] = []
  let submitAt = input.at
  for (let retryTimes = 0; retryTimes <= fields.failRetryTimes; retryTimes += 1) {
    const run = oneTry(world, instance, { ...input, retryTimes, submitAt })
    tries.push(run)
    if (run.finalState === 'SUCCESS' || !Number.isFinite(run.endAt)) break
    submitAt = run.endAt + fields.failRetryInterval * MINUTE_MS
  }
  return tries
}

function oneTry(
  world: World,
  instance: Instance,
  input: TryInput & { readonly retryTimes: number; readonly submitAt: number },
): TaskRun {
  const { task, submitAt, retryTimes } = input
  const workerGroup =
    task.fields.workerGroup === 'default' ? instance.start.workerGroup : task.fields.workerGroup
  const isServed = world.workerGroups.has(workerGroup)
  const startAt = isServed
    ? submitAt + task.fields.delayTime * MINUTE_MS + DISPATCH_MS
    : Number.POSITIVE_INFINITY
  const values = { ...valuesOf(instance), ...poolValues(input.varPool) }
  const id = world.nextId('task-instance')
  const child = planChild(world, instance, { id, startAt, task: task.fields })
  const planned = isSubTask(task.fields) ? runChild(child) : runScript(task.fields, values)
  const script = world.troubles.befall(task.fields.name, planned)
  return {
    id,
    instanceId: instance.id,
    projectCode: instance.projectCode,
    task,
    workerGroup,
    retryTimes,
    firstSubmitAt: input.at,
    submitAt,
    startAt,
    endAt: startAt + script.durationMs,
    finalState: script.exitCode === 0 ? 'SUCCESS' : 'FAILURE',
    output: script.output,
    exitCode: script.exitCode,
    varPool: merge(input.varPool, script.outputs),
    script: script.script,
    child,
  }
}

/** A workflow that contains itself has to end somewhere. */
const MAX_DEPTH = 10
/** How soon a task fails that has nothing to run. */
const NOTHING_MS = 300

function planChild(
  world: World,
  instance: Instance,
  {
    id,
    startAt,
    task,
  }: { readonly id: number; readonly startAt: number; readonly task: TaskFields },
): Instance | null {
  const definition = subDefinition(world, task)
  const depth = (instance.parent?.depth ?? 0) + 1
  if (definition === null || depth > MAX_DEPTH || !Number.isFinite(startAt)) return null
  const { projectCode, code: definitionCode, content } = definition
  const params = valuesOf(instance)
  const start = { ...instance.start, command: 'START_PROCESS', params, scheduleTime: null }
  const parent = { instanceId: instance.id, taskRunId: id, depth }
  const { triggerCode } = instance
  const fields = { projectCode, definitionCode, content, start, triggerCode, parent }
  const child = newInstance(world, fields, startAt)
  const plan = planAttempt(world, child, { from: takenAt(world.rules, startAt), done: [] })
  const end = { at: plan.endAt, state: plan.state }
  child.phases = attemptPhases(world.rules, child, { at: startAt, end })
  child.tasks.push(...plan.runs)
  return child
}

/** A sub-workflow task lasts as long as what it runs, and ends like it. */
function runChild(child: Instance | null): ScriptRun {
  const end = child?.phases.at(-1)
  const isEnding = end !== undefined && end.state !== 'RUNNING_EXECUTION'
  return {
    durationMs:
      child === null ? NOTHING_MS : isEnding ? end.at - child.startTime : Number.POSITIVE_INFINITY,
    exitCode: end?.state === 'SUCCESS' ? 0 : 1,
    output: [],
    outputs: [],
    script: '',
  }
}

/** Later values win. */
function merge(
  older: readonly VarPoolEntry[],
  newer: readonly VarPoolEntry[],
): readonly VarPoolEntry[] {
  return [...new Map([...older, ...newer].map((entry) => [entry.prop, entry])).values()]
}

function poolValues(pool: readonly VarPoolEntry[]): Readonly<Record<string, string>> {
  return Object.fromEntries(pool.map(({ prop, value }) => [prop, value]))
}

const Params = z.array(z.looseObject({ prop: z.string(), value: z.string().catch('') })).catch([])

/** Global parameters, over them what the start was given. */
export function valuesOf(instance: Instance): Readonly<Record<string, string>> {
  const globals = readJson(Params, instance.content.globalParams)
  return {
    ...Object.fromEntries(globals.map(({ prop, value }) => [prop, value])),
    ...instance.start.params,
  }
}

export function readJson<T>(schema: z.ZodType<T>, text: string): T {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    value = undefined
  }
  return schema.parse(value)
}
