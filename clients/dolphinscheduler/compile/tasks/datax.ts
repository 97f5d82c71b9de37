import { z } from 'zod'
import type { Task } from '#src/definition/task.ts'
import type { JsonObject } from '#src/lib/json.ts'
import type { TaskContext, TaskKind } from '../context.ts'
import { bindDataSource, nameDataSource } from './data-source.ts'

type DataxTask = Extract<Task, { type: 'datax' }>

/** `customConfig` tells the engine which of the two it is. */
export const dataxKind: TaskKind<DataxTask> = {
  compile: (task, context) => ({
    type: 'DATAX',
    params: {
      ...(task.job_json === undefined
        ? copyParams(task, context)
        : { customConfig: 1, json: task.job_json }),
      ...(task.heap_min_gb === undefined ? {} : { xms: task.heap_min_gb }),
      ...(task.heap_max_gb === undefined ? {} : { xmx: task.heap_max_gb }),
    },
  }),
  decompile: ({ params }, context) => {
    const parsed = Params.safeParse(params)
    if (!parsed.success) return null
    const { data } = parsed
    const heap = {
      ...(data.xms === undefined ? {} : { heap_min_gb: data.xms }),
      ...(data.xmx === undefined ? {} : { heap_max_gb: data.xmx }),
    }
    if (data.customConfig === 1) return { type: 'datax', job_json: data.json, ...heap }
    const source = nameDataSource(data.dataSource, context)
    const target = nameDataSource(data.dataTarget, context)
    if (source === undefined || target === undefined) return null
    return {
      type: 'datax',
      source,
      target,
      sql: data.sql,
      target_table: data.targetTable,
      pre_statements: data.preStatements,
      post_statements: data.postStatements,
      ...(data.jobSpeedByte === undefined ? {} : { speed_bytes: data.jobSpeedByte }),
      ...(data.jobSpeedRecord === undefined ? {} : { speed_records: data.jobSpeedRecord }),
      ...heap,
    }
  },
}

const heap = { xms: z.int().optional(), xmx: z.int().optional() }
const Params = z.discriminatedUnion('customConfig', [
  z.looseObject({ customConfig: z.literal(1), json: z.string(), ...heap }),
  z.looseObject({
    customConfig: z.literal(0),
    dataSource: z.int(),
    dataTarget: z.int(),
    sql: z.string(),
    targetTable: z.string(),
    preStatements: z.array(z.string()).default([]),
    postStatements: z.array(z.string()).default([]),
    jobSpeedByte: z.int().optional(),
    jobSpeedRecord: z.int().optional(),
    ...heap,
  }),
])

function copyParams(task: DataxTask, context: TaskContext): JsonObject {
  const source = task.source === undefined ? null : bindDataSource(task.source, context, 'source')
  const target = task.target === undefined ? null : bindDataSource(task.target, context, 'target')
  return {
    customConfig: 0,
    dsType: source?.type ?? '',
    dataSource: source?.id ?? 0,
    dtType: target?.type ?? '',
    dataTarget: target?.id ?? 0,
    sql: task.sql ?? '',
    targetTable: task.target_table ?? '',
    preStatements: task.pre_statements,
    postStatements: task.post_statements,
    ...(task.speed_bytes === undefined ? {} : { jobSpeedByte: task.speed_bytes }),
    ...(task.speed_records === undefined ? {} : { jobSpeedRecord: task.speed_records }),
  }
}
