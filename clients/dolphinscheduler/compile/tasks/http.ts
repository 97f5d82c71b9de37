import { z } from 'zod'
import type { Task } from '#src/definition/task.ts'
import type { JsonObject } from '#src/lib/json.ts'
import type { TaskContext, TaskKind } from '../context.ts'

type HttpTask = Extract<Task, { type: 'http' }>

const CHECKS = {
  status_ok: 'STATUS_CODE_DEFAULT',
  status: 'STATUS_CODE_CUSTOM',
  body_contains: 'BODY_CONTAINS',
  body_not_contains: 'BODY_NOT_CONTAINS',
} as const

const FlatBody = z.record(z.string(), z.string())

export const httpKind: TaskKind<HttpTask> = {
  compile: (task, context) => {
    const { http } = context.dialect
    const isText = http.body === 'text'
    return {
      type: 'HTTP',
      params: {
        url: task.url,
        httpMethod: task.method,
        httpParams: [
          ...httpParams('PARAMETER', task.query),
          ...httpParams('HEADERS', task.headers),
          ...(isText ? [] : httpParams('BODY', bodyParams(task, context))),
        ],
        ...(isText ? { httpBody: task.body } : {}),
        httpCheckCondition: CHECKS[task.check.kind],
        condition: conditionOf(task),
        connectTimeout: task.connect_timeout_ms,
        ...(http.socketTimeoutMs === null ? {} : { socketTimeout: http.socketTimeoutMs }),
      },
    }
  },
  decompile: (task, { dialect }) => {
    const parsed = Params.safeParse(task.params)
    if (!parsed.success) return null
    const { data } = parsed
    const kind = Object.entries(CHECKS).find(([, name]) => name === data.httpCheckCondition)?.[0]
    if (kind === undefined) return null
    const of = (type: string): Record<string, string> =>
      Object.fromEntries(
        data.httpParams
          .filter(({ httpParametersType }) => httpParametersType === type)
          .map(({ prop, value }) => [prop, value]),
      )
    const body = of('BODY')
    const bodyText = Object.keys(body).length === 0 ? '' : JSON.stringify(body)
    return {
      type: 'http',
      url: data.url,
      method: data.httpMethod,
      query: of('PARAMETER'),
      headers: of('HEADERS'),
      body: dialect.http.body === 'text' ? data.httpBody : bodyText,
      check: { kind, value: data.condition },
      connect_timeout_ms: data.connectTimeout,
    }
  },
}

const Params = z.looseObject({
  url: z.string(),
  httpMethod: z.string(),
  httpParams: z.array(
    z.looseObject({
      prop: z.string(),
      httpParametersType: z.string(),
      value: z.string().default(''),
    }),
  ),
  httpBody: z.string().default(''),
  httpCheckCondition: z.string(),
  condition: z.string().default(''),
  connectTimeout: z.int(),
})

function httpParams(type: string, values: Readonly<Record<string, string>>): JsonObject[] {
  return Object.entries(values).map(([prop, value]) => ({
    prop,
    httpParametersType: type,
    value,
  }))
}

/** A custom status is compared with 200 where nothing is said. */
function conditionOf(task: HttpTask): string {
  if (task.check.kind === 'status_ok') return ''
  return task.check.kind === 'status' ? task.check.value || '200' : task.check.value
}

/** 3.1 builds a flat JSON object out of parameters; another body it cannot send. */
function bodyParams(task: HttpTask, { report }: TaskContext): Readonly<Record<string, string>> {
  if (task.body === '') return {}
  const parsed = FlatBody.safeParse(parse(task.body))
  if (parsed.success) return parsed.data
  const message = 'DolphinScheduler 3.1 can only send a flat JSON object of strings'
  report('body', { code: 'unsupported_body', message })
  return {}
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
