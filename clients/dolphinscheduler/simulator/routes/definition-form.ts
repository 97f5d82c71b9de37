import { z } from 'zod'
import { refuse } from '../answers/reply.ts'
import type { Reply } from '../answers/reply.ts'
import type { Content, Edge, TaskFields, TaskVersion } from '../state/model.ts'
import { readJson } from '../state/plan.ts'
import { UNFILLED, checkTasks } from './check-tasks.ts'
import { missingParam } from './route.ts'
import type { Ask } from './route.ts'

const Code = z.union([z.int().transform(String), z.string().regex(/^\d+$/)])
const text = (fallback: string) =>
  z
    .string()
    .nullish()
    .transform((value) => value ?? fallback)
/** The engine reads digits in quotes as well. */
const number = (fallback: number) =>
  z
    .union([
      z.number(),
      z
        .string()
        .regex(/^-?\d+$/)
        .transform(Number),
    ])
    .nullish()
    .transform((value) => value ?? fallback)
const json = z.record(z.string(), z.json())

const Task = z.object({
  code: Code,
  name: z.string(),
  description: text(''),
  taskType: z.string(),
  taskParams: z.union([json, z.string().transform((value) => json.parse(JSON.parse(value)))]),
  flag: text('YES'),
  isCache: z
    .string()
    .nullish()
    .transform((value) => value ?? null),
  taskPriority: text('MEDIUM'),
  workerGroup: text('default'),
  environmentCode: z.coerce.number().catch(-1),
  failRetryTimes: number(0),
  failRetryInterval: number(1),
  timeoutFlag: text('CLOSE'),
  timeoutNotifyStrategy: z
    .string()
    .nullish()
    .transform((value) => value || null),
  timeout: number(0),
  delayTime: number(0),
  taskGroupId: number(0),
  taskGroupPriority: number(0),
  cpuQuota: number(-1),
  memoryMax: number(-1),
  taskExecuteType: z
    .string()
    .nullish()
    .transform((value) => value ?? null),
})
const Relation = z.looseObject({ preTaskCode: Code, postTaskCode: Code })

interface FormContent extends Omit<Content, 'id' | 'version' | 'tasks' | 'edges' | 'savedAt'> {
  readonly tasks: readonly TaskFields[]
  readonly edges: readonly Omit<Edge, 'id'>[]
}

const REQUIRED = ['name', 'taskRelationJson', 'taskDefinitionJson']
const MAX_DESCRIPTION = 255

/** What was sent, or the refusal of it. `before`: what an update leaves out keeps its value. */
export function readDefinitionForm(
  ask: Ask,
  before: Content | null,
): { readonly content: FormContent } | { readonly refusal: Reply } {
  const { params, rules } = ask
  const required = rules.tenantOn === 'definition' ? [...REQUIRED, 'tenantCode'] : REQUIRED
  if (missingParam(params, required) !== null) {
    const isNew = before === null
    return {
      refusal: refuse(rules, isNew ? 'definition.create_params' : 'definition.update_failed'),
    }
  }
  const description = params.get('description') ?? before?.description ?? ''
  if (Array.from(description).length > MAX_DESCRIPTION) {
    return { refusal: refuse(rules, 'definition.long_description') }
  }
  const tasksText = params.get('taskDefinitionJson') ?? ''
  const tasks = parse(z.array(Task), tasksText)
  const relations = parse(z.array(Relation), params.get('taskRelationJson') ?? '')
  if (tasks === null || relations === null) {
    return { refusal: refuse(rules, 'definition.bad_json', [tasksText, UNFILLED]) }
  }
  const refusal = checkTasks(rules, tasks)
  if (refusal !== null) return { refusal }
  const edges = relations.map(({ preTaskCode, postTaskCode }) => ({
    from: preTaskCode,
    to: postTaskCode,
  }))
  if (hasCycle(edges)) return { refusal: refuse(rules, 'definition.cycle') }
  if (rules.hasDoubleNamesRefused && new Set(tasks.map(({ name }) => name)).size < tasks.length) {
    return { refusal: refuse(rules, 'definition.same_task_names') }
  }
  const globalParams = params.get('globalParams') ?? '[]'
  const declared = readJson(Params, globalParams)
  if (hasDoubles(declared) || (rules.hasBlankParamsRefused && hasBlank(declared))) {
    const isNew = before === null
    return {
      refusal: refuse(rules, isNew ? 'definition.double_params' : 'definition.update_failed'),
    }
  }
  return {
    content: {
      name: params.get('name') ?? '',
      description,
      globalParams,
      locations: params.get('locations') ?? '',
      timeout: Number(params.get('timeout') ?? 0),
      executionType: params.get('executionType') ?? 'PARALLEL',
      tenantCode: params.get('tenantCode'),
      tasks,
      edges,
    },
  }
}

const Params = z.array(z.looseObject({ prop: z.string() })).catch([])

function hasDoubles(params: readonly { readonly prop: string }[]): boolean {
  return new Set(params.map(({ prop }) => prop)).size < params.length
}

function hasBlank(params: readonly { readonly prop: string }[]): boolean {
  return params.some(({ prop }) => prop.trim() === '')
}

function parse<T>(schema: z.ZodType<T>, value: string): T | null {
  try {
    return schema.parse(JSON.parse(value))
  } catch {
    return null
  }
}

function hasCycle(edges: readonly Omit<Edge, 'id'>[]): boolean {
  let left = edges.filter(({ from }) => from !== '0')
  for (;;) {
    const targets = new Set(left.map(({ to }) => to))
    const kept = left.filter(({ from }) => targets.has(from))
    if (kept.length === left.length) return left.length > 0
    left = kept
  }
}

/** The next version: a task that is sent as it was keeps its version. */
export function nextContent(
  ask: Pick<Ask, 'world' | 'now'>,
  form: FormContent,
  before: Content | null,
): Content {
  const { world, now } = ask
  const known = new Map(before?.tasks.map((task) => [task.fields.code, task]))
  return {
    ...form,
    id: world.nextId('definition-version'),
    version: (before?.version ?? 0) + 1,
    savedAt: now,
    edges: form.edges.map((edge) => ({ ...edge, id: world.nextId('relation') })),
    tasks: form.tasks.map((fields): TaskVersion => {
      const old = known.get(fields.code)
      if (old && sameFields(old.fields, fields)) return old
      return {
        id: old?.id ?? world.nextId('task-definition'),
        version: (old?.version ?? 0) + 1,
        fields,
        createdAt: old?.createdAt ?? now,
        updatedAt: now,
      }
    }),
  }
}

function sameFields(a: TaskFields, b: TaskFields): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
