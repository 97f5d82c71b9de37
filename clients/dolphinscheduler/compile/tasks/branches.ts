import { z } from 'zod'
import type { Task } from '#src/definition/task.ts'
import type { JsonObject } from '#src/lib/json.ts'
import { Code } from '../../wire/fields.ts'
import type { TaskContext, TaskKind } from '../context.ts'
import { nameOf } from '../inverse.ts'
import { lookup } from '../lookup.ts'

type ConditionsTask = Extract<Task, { type: 'conditions' }>
type SwitchTask = Extract<Task, { type: 'switch' }>

export const RELATIONS = { and: 'AND', or: 'OR' } as const
export const WireRelation = z
  .enum(['AND', 'OR'])
  .transform((text) => (text === 'OR' ? 'or' : 'and'))
const STATES = { success: 'SUCCESS', failure: 'FAILURE' } as const

const Conditions = z.looseObject({
  dependence: z.strictObject({
    relation: WireRelation,
    dependTaskList: z.array(
      z.strictObject({
        relation: WireRelation,
        dependItemList: z.array(
          z.strictObject({ depTaskCode: Code, status: z.enum(['SUCCESS', 'FAILURE']) }),
        ),
      }),
    ),
  }),
  conditionResult: z.strictObject({
    successNode: z.array(Code).default([]),
    failedNode: z.array(Code).default([]),
  }),
})

export const conditionsKind: TaskKind<ConditionsTask> = {
  compile: (task, context) => {
    if (context.dialect.family >= '3.3') reportEmptyBranches(task, context)
    const codes = (keys: readonly string[]): number[] => keys.map((key) => codeOf(key, context))
    return {
      type: 'CONDITIONS',
      params: {
        dependence: {
          relation: RELATIONS[task.relation],
          dependTaskList: task.groups.map(({ relation, items }) => ({
            relation: RELATIONS[relation],
            dependItemList: items.map((item) => ({
              depTaskCode: codeOf(item.task, context),
              status: STATES[item.is],
            })),
          })),
        },
        conditionResult: {
          successNode: codes(task.on_success),
          failedNode: codes(task.on_failure),
        },
      },
    }
  },
  decompile: ({ params }, context) => {
    const parsed = Conditions.safeParse(params)
    if (!parsed.success) return null
    const { dependence, conditionResult } = parsed.data
    const keys = (codes: readonly string[]): string[] => codes.map((code) => keyOf(code, context))
    return {
      type: 'conditions',
      relation: dependence.relation,
      groups: dependence.dependTaskList.map(({ relation, dependItemList }) => ({
        relation,
        items: dependItemList.map(({ depTaskCode, status }) => ({
          task: keyOf(depTaskCode, context),
          is: status === 'SUCCESS' ? 'success' : 'failure',
        })),
      })),
      on_success: keys(conditionResult.successNode),
      on_failure: keys(conditionResult.failedNode),
    }
  },
}

function reportEmptyBranches(task: ConditionsTask, { dialect, report }: TaskContext): void {
  for (const field of ['on_success', 'on_failure'] as const) {
    if (task[field].length > 0) continue
    const message = `DolphinScheduler ${dialect.family} wants a task for either way`
    report(field, { code: 'required', message })
  }
}

const Switch = z.looseObject({
  switchResult: z.strictObject({
    dependTaskList: z.array(z.strictObject({ condition: z.string(), nextNode: Code })).default([]),
    nextNode: Code.optional(),
  }),
})

export const switchKind: TaskKind<SwitchTask> = {
  compile: (task, context) => {
    if (context.dialect.family >= '3.4' && task.otherwise === undefined)
      context.report('otherwise', {
        code: 'required',
        message: `DolphinScheduler ${context.dialect.family} wants a task where no condition holds`,
      })
    const switchResult: JsonObject = {
      dependTaskList: task.cases.map(({ condition, next }) => ({
        condition,
        nextNode: codeOf(next, context),
      })),
      ...(task.otherwise === undefined ? {} : { nextNode: codeOf(task.otherwise, context) }),
    }
    return { type: 'SWITCH', params: { switchResult } }
  },
  decompile: ({ params }, context) => {
    const parsed = Switch.safeParse(params)
    if (!parsed.success) return null
    const { dependTaskList, nextNode } = parsed.data.switchResult
    return {
      type: 'switch',
      cases: dependTaskList.map((each) => ({
        condition: each.condition,
        next: keyOf(each.nextNode, context),
      })),
      ...(nextNode === undefined ? {} : { otherwise: keyOf(nextNode, context) }),
    }
  },
}

/** 0: no such task, which the document's own checks have named. */
function codeOf(key: string, { bindings }: TaskContext): number {
  return Number(lookup(bindings.taskCodes, key) ?? 0)
}

/** A code of nobody here stays, which no key can be: the engine's own form says it then. */
function keyOf(code: string, { bindings }: TaskContext): string {
  return nameOf(bindings.taskCodes, code) ?? code
}
