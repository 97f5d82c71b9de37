import type { Task } from '#src/definition/task.ts'
import type { TaskKind } from '../context.ts'
import { flatKind, type FlatField } from './flat.ts'

type SeatunnelTask = Extract<Task, { type: 'seatunnel' }>

const FIELDS: readonly FlatField[] = [
  { field: 'startup_script', wire: 'startupScript' },
  { field: 'config', wire: 'rawScript' },
  { field: 'deploy_mode', wire: 'deployMode' },
  { field: 'run_mode', wire: 'runMode' },
  { field: 'options', wire: 'others' },
  { field: 'master', wire: 'master' },
  { field: 'master_url', wire: 'masterUrl' },
]
const flat = flatKind<SeatunnelTask>('seatunnel', 'SEATUNNEL', FIELDS)

/** The engine wants to be told whether the configuration is text or the one file. */
export const seatunnelKind: TaskKind<SeatunnelTask> = {
  compile: (task, context) => {
    const isText = task.config !== undefined
    if (!isText && task.resources.length !== 1)
      context.report('config', {
        code: 'required',
        message: 'is required, unless "resources" names the one file that holds it',
      })
    const { type, params } = flat.compile(task, context)
    return { type, params: { ...params, useCustom: isText } }
  },
  decompile: (task, context) => flat.decompile(task, context),
}
