import { createSimulator } from '#clients/dolphinscheduler/simulator/simulator.ts'
import type { Simulator } from '#clients/dolphinscheduler/simulator/simulator.ts'
import type { EngineFamily } from '#src/engine/catalog.ts'

/** The last answer of each kind that a walk through everything brings about. */
export interface Heard {
  readonly kind: string
  readonly status: number
  readonly body: unknown
}

export type Fields = Readonly<Record<string, string | number>>
export type Call = (
  method: string,
  path: string,
  fields?: Fields,
) => { readonly code: number; readonly data: unknown }

export interface Walk {
  readonly family: EngineFamily
  readonly simulator: Simulator
  readonly word: 'process' | 'workflow'
  readonly heard: ReadonlyMap<string, Heard>
  readonly wait: (ms: number) => void
  readonly call: Call
  /** With the token of another user. */
  readonly callAs: (token: string) => Call
}

/** A simulator on a clock that moves when told, and everything that it answers. */
export function startWalk(family: EngineFamily): Walk {
  let nowMs = Date.parse('2026-11-21T01:42:55.100Z')
  const heard = new Map<string, Heard>()
  const simulator = createSimulator({
    family,
    now: () => new Date(nowMs),
    onReply: ({ kind, status, body }) => {
      heard.set(kind, { kind, status, body: parse(body) })
    },
  })
  const callAs =
    (token: string): Call =>
    (method, path, fields = {}) =>
      callSimulator(simulator, { token, method, path, fields })
  return {
    family,
    simulator,
    word: family === '3.1' || family === '3.2' ? 'process' : 'workflow',
    heard,
    wait: (ms) => {
      nowMs += ms
    },
    call: callAs(simulator.token),
    callAs,
  }
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return body
  }
}

function callSimulator(
  simulator: Simulator,
  { token, method, path, fields }: { token: string; method: string; path: string; fields: Fields },
) {
  const form = new URLSearchParams(
    Object.entries(fields).map(([name, value]): [string, string] => [name, String(value)]),
  ).toString()
  const answer = simulator.handle({
    method,
    pathname: `/dolphinscheduler${path}`,
    query: method === 'GET' ? form : '',
    token,
    form: method === 'GET' ? '' : form,
  })
  const body = answer.kind === 'reply' ? parse(answer.reply.body) : null
  return { code: numberAt(body, 'code'), data: fieldOf(body, 'data') }
}

export function fieldOf(value: unknown, name: string): unknown {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : []
  return entries.find(([key]) => key === name)?.[1]
}

export function numberAt(value: unknown, name: string): number {
  const found = fieldOf(value, name)
  return typeof found === 'number' ? found : 0
}

export const page = { pageNo: 1, pageSize: 10 }

interface Wanted {
  readonly name: string
  readonly tasks: number
  readonly script?: string
  /** A script of the shell when not given. */
  readonly task?: { readonly taskType: string; readonly taskParams: object }
  readonly more?: Fields
}

export function definition(what: Wanted): Fields {
  const codes = Array.from({ length: what.tasks }, (_, index) => 1000 + index)
  const tasks = codes.map((code, index) => ({
    code,
    name: `t${index + 1}`,
    description: '',
    taskType: 'SHELL',
    taskParams: { localParams: [], rawScript: what.script ?? 'echo 1', resourceList: [] },
    ...what.task,
    isCache: 'NO',
    cpuQuota: -1,
    memoryMax: -1,
    timeoutNotifyStrategy: '',
    taskExecuteType: 'BATCH',
  }))
  const edges = codes.map((code, index) => ({
    preTaskCode: codes[index - 1] ?? 0,
    postTaskCode: code,
  }))
  return {
    name: what.name,
    description: '',
    globalParams: '[]',
    locations: '[{"taskCode":1000,"x":1,"y":1}]',
    timeout: 0,
    taskRelationJson: JSON.stringify(edges),
    taskDefinitionJson: JSON.stringify(tasks),
    executionType: 'PARALLEL',
    tenantCode: 'root',
    ...what.more,
  }
}

export const GLOBAL = '[{"prop":"a","direct":"IN","type":"VARCHAR","value":"world"}]'

export function create(
  walk: Walk,
  project: string,
  fields: Fields,
): { code: number; base: string } {
  const created = walk.call('POST', `${project}/${walk.word}-definition`, fields)
  const code = numberAt(created.data, 'code')
  return { code, base: `${project}/${walk.word}-definition/${code}` }
}
