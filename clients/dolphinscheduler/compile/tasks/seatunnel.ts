import type { Task } from '#src/definition/task.ts'
import type { TaskContext, TaskKind } from '../context.ts'
import { flatKind, words, type FlatField } from './flat.ts'

type SeatunnelTask = Extract<Task, { type: 'seatunnel' }>

const FIELDS: readonly FlatField[] = [
  { field: 'startup_script', wire: 'startupScript' },
  { field: 'config', wire: 'rawScript' },
  { field: 'deploy_mode', wire: 'deployMode' },
  {
    field: 'run_mode',
    wire: 'runMode',
    codec: words({ none: 'NONE', run: 'RUN', run_application: 'RUN_APPLICATION' }),
  },
  { field: 'options', wire: 'others' },
  {
    field: 'master',
    wire: 'master',
    codec: words({ yarn: 'YARN', local: 'LOCAL', spark: 'SPARK', mesos: 'MESOS' }),
  },
  { field: 'master_url', wire: 'masterUrl' },
]
const flat = flatKind<SeatunnelTask>('seatunnel', 'SEATUNNEL', FIELDS)

/** The engine wants to be told whether the configuration is text or the one file. */
export const seatunnelKind: TaskKind<SeatunnelTask> = {
  compile: (task, context) => {
    const { type, params } = flat.compile(task, context)
    const own = context.dialect.family === '3.1' ? { engine: engineOf31(task, context) } : {}
    return { type, params: { ...params, ...own, useCustom: task.config !== undefined } }
  },
  decompile: (task, context) => flat.decompile(task, context),
}

/** 3.1.1 chooses its script by the engine; later ones of 3.1 read the script, and ignore this. */
function engineOf31(task: SeatunnelTask, { report }: TaskContext): string {
  const { startup_script: script } = task
  const engine = /flink|spark/.exec(script)?.[0]
  if (engine === undefined)
    report('startup_script', {
      code: 'unsupported_field',
      message:
        'DolphinScheduler 3.1 runs SeaTunnel on flink or spark; its script is named after it',
    })
  if (engine === 'spark' && task.deploy_mode !== 'local' && task.master === undefined)
    report('master', {
      code: 'required',
      message: 'is required by DolphinScheduler 3.1, unless "deploy_mode" is local',
    })
  return engine?.toUpperCase() ?? ''
}
