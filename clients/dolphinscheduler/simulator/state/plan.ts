import { z } from 'zod'
import type { Content, Instance, TaskRun, TaskVersion, VarPoolEntry } from './model.ts'
import { runScript } from './script.ts'
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
  const script = world.troubles.befall(task.fields.name, runScript(task.fields, values))
  return {
    id: world.nextId('task-instance'),
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
