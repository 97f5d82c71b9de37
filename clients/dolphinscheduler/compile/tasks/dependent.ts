import { z } from 'zod'
import type { Task } from '#src/definition/task.ts'
import type { JsonObject, JsonValue } from '#src/lib/json.ts'
import { Code } from '../../wire/fields.ts'
import type { TaskContext, TaskKind } from '../context.ts'
import { nameOf } from '../inverse.ts'
import { lookup } from '../lookup.ts'
import { RELATIONS, WireRelation } from './branches.ts'

type DependentTask = Extract<Task, { type: 'dependent' }>
type Item = DependentTask['groups'][number]['items'][number]
type WorkflowItem = Extract<Item, { workflow: string }>

const POLICIES = { fail: 'DEPENDENT_FAILURE_FAILURE', wait: 'DEPENDENT_FAILURE_WAITING' } as const
/** What stands for a whole workflow; 3.1 knows "all of its tasks" alone and says 0 for it. */
const WHOLE = { old: { all_tasks: 0 }, new: { all_tasks: -1, workflow: 0 } } as const

export const dependentKind: TaskKind<DependentTask> = {
  compile: (task, context) => ({
    type: 'DEPENDENT',
    params: {
      dependence: {
        relation: RELATIONS[task.relation],
        ...newerFields(task, context),
        dependTaskList: task.groups.map(({ relation, items }, group) => ({
          relation: RELATIONS[relation],
          dependItemList: items.map((item, index) =>
            compileItem(item, context, `groups/${group}/items/${index}`),
          ),
        })),
      },
    },
  }),
  decompile: ({ params }, context) => {
    const parsed = Params.safeParse(params)
    if (!parsed.success) return null
    const { dependence } = parsed.data
    if (dependence.dependTaskList.some((group) => isUnclear(group, context))) return null
    const groups = dependence.dependTaskList.map(({ relation, dependItemList }) => ({
      relation,
      items: dependItemList.map((item) => decompileItem(item, context)),
    }))
    return {
      type: 'dependent',
      relation: dependence.relation,
      groups,
      ...optional('check_interval_sec', dependence.checkInterval),
      ...optional('on_failure', policyOf(dependence.failurePolicy)),
      ...optional('failure_wait_min', dependence.failureWaitingTime),
    }
  },
}

const WireItem = z.strictObject({
  dependentType: z.enum(['DEPENDENT_ON_WORKFLOW', 'DEPENDENT_ON_TASK']).optional(),
  projectCode: Code,
  definitionCode: Code,
  depTaskCode: z.int(),
  cycle: z.string(),
  dateValue: z.string(),
  parameterPassing: z.boolean().optional(),
})
const Params = z.looseObject({
  dependence: z.strictObject({
    relation: WireRelation,
    checkInterval: z.int().optional(),
    failurePolicy: z.enum(POLICIES).optional(),
    failureWaitingTime: z.int().optional(),
    dependTaskList: z.array(
      z.strictObject({ relation: WireRelation, dependItemList: z.array(WireItem) }),
    ),
  }),
})

/** 3.2.0 says 0 for all tasks, 3.2.1 for the workflow itself; only the latter writes the type. */
function isUnclear(
  { dependItemList }: { readonly dependItemList: readonly z.output<typeof WireItem>[] },
  { dialect }: TaskContext,
): boolean {
  return (
    dialect.family === '3.2' &&
    dependItemList.some((item) => item.dependentType === undefined && item.depTaskCode <= 0)
  )
}

function policyOf(wire: string | undefined): string | undefined {
  return Object.entries(POLICIES).find(([, name]) => name === wire)?.[0]
}

function optional(name: string, value: JsonValue | undefined): JsonObject {
  return value === undefined ? {} : { [name]: value }
}

function newerFields(task: DependentTask, { dialect, report }: TaskContext): JsonObject {
  const fields = {
    check_interval_sec: optional('checkInterval', task.check_interval_sec),
    on_failure: optional('failurePolicy', task.on_failure && POLICIES[task.on_failure]),
    failure_wait_min: optional('failureWaitingTime', task.failure_wait_min),
  }
  for (const [field, said] of Object.entries(fields)) {
    if (dialect.family === '3.1' && Object.keys(said).length > 0)
      report(field, unsupported('3.1 does not know this setting'))
  }
  return { ...fields.check_interval_sec, ...fields.on_failure, ...fields.failure_wait_min }
}

function unsupported(message: string) {
  return { code: 'unsupported_field', message: `DolphinScheduler ${message}` }
}

function compileItem(item: Item, context: TaskContext, path: string): JsonObject {
  const { dialect, report } = context
  const at = 'workflow' in item ? managedCodes(item, context, path) : item.engine
  const taskCode = Number(at.task_code)
  if (dialect.family === '3.1' && item.passes_params === true)
    report(`${path}/passes_params`, unsupported('3.1 passes no parameters on'))
  return {
    ...(dialect.family === '3.1' || item.old_form === true
      ? {}
      : { dependentType: taskCode === 0 ? 'DEPENDENT_ON_WORKFLOW' : 'DEPENDENT_ON_TASK' }),
    projectCode: Number(at.project_code),
    definitionCode: Number(at.definition_code),
    depTaskCode: taskCode,
    cycle: item.cycle,
    dateValue: item.date,
    ...optional('parameterPassing', item.passes_params),
  }
}

function managedCodes(item: WorkflowItem, context: TaskContext, path: string) {
  const { bindings, report } = context
  const code = lookup(bindings.workflowCodes, item.workflow)
  if (code === undefined)
    report(`${path}/workflow`, {
      code: 'unknown_workflow',
      message: `workflow "${item.workflow}" is not deployed in this environment`,
    })
  return {
    project_code: bindings.projectCode,
    definition_code: code ?? '0',
    task_code: String(taskCodeOf(item, context, path)),
  }
}

function taskCodeOf(
  { workflow, wait_for: waitFor }: WorkflowItem,
  { bindings, dialect, report }: TaskContext,
  path: string,
): number {
  if (typeof waitFor === 'object') {
    const code = lookup(lookup(bindings.workflowTaskCodes, workflow) ?? {}, waitFor.task)
    if (code === undefined)
      report(`${path}/wait_for/task`, {
        code: 'unknown_task',
        message: `"${workflow}" has no task "${waitFor.task}" in this environment`,
      })
    return Number(code ?? 0)
  }
  const whole: Readonly<Record<string, number>> = dialect.family === '3.1' ? WHOLE.old : WHOLE.new
  const code = whole[waitFor]
  if (code === undefined)
    report(`${path}/wait_for`, unsupported('3.1 can wait for "all_tasks" or for one task'))
  return code ?? 0
}

function decompileItem(item: z.output<typeof WireItem>, context: TaskContext): JsonObject {
  const shared = {
    cycle: item.cycle,
    date: item.dateValue,
    ...optional('passes_params', item.parameterPassing),
    ...(item.dependentType === undefined && context.dialect.family !== '3.1'
      ? { old_form: true }
      : {}),
  }
  return { ...(managedItem(item, context) ?? { engine: codesOf(item) }), ...shared }
}

function codesOf(item: z.output<typeof WireItem>): JsonObject {
  return {
    project_code: item.projectCode,
    definition_code: item.definitionCode,
    task_code: String(item.depTaskCode),
  }
}

/** null: not managed here. */
function managedItem(
  item: z.output<typeof WireItem>,
  { bindings, dialect }: TaskContext,
): JsonObject | null {
  const workflow = nameOf(bindings.workflowCodes, item.definitionCode)
  if (workflow === undefined || item.projectCode !== bindings.projectCode) return null
  const wholes = Object.entries(dialect.family === '3.1' ? WHOLE.old : WHOLE.new)
  const whole = wholes.find(([, code]) => code === item.depTaskCode)?.[0]
  if (whole !== undefined) return { workflow, wait_for: whole }
  const codes = lookup(bindings.workflowTaskCodes, workflow) ?? {}
  const task = nameOf(codes, String(item.depTaskCode))
  return task === undefined ? null : { workflow, wait_for: { task } }
}
