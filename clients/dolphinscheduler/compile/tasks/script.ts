import type { Task } from '#src/definition/task.ts'
import type { TaskKind } from '../context.ts'

type ScriptTask = Extract<Task, { type: 'shell' | 'python' }>

const ENGINE_TYPES = { shell: 'SHELL', python: 'PYTHON' } as const

/** Shell and Python: one script. */
export const scriptKind: TaskKind<ScriptTask> = {
  compile: (task) => ({ type: ENGINE_TYPES[task.type], params: { rawScript: task.script } }),
  decompile: ({ type, params }) => {
    const script = params['rawScript']
    if (typeof script !== 'string') return null
    return { type: type === 'PYTHON' ? 'python' : 'shell', script }
  },
}
