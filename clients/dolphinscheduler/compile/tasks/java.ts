import type { Task } from '#src/definition/task.ts'
import type { TaskKind } from '../context.ts'
import { flatKind, resource, since, until, type FlatField } from './flat.ts'

type JavaTask = Extract<Task, { type: 'java' }>

const RUN_TYPES = {
  old: { source: 'JAVA', jar: 'JAR' },
  new: { jar: 'FAT_JAR', classpath: 'NORMAL_JAR' },
} as const

const FIELDS: readonly FlatField[] = [
  { field: 'source', wire: until('3.2', 'rawScript') },
  { field: 'main_jar', wire: 'mainJar', codec: resource },
  { field: 'main_class', wire: since('3.3', 'mainClass') },
  { field: 'args', wire: 'mainArgs' },
  { field: 'jvm_args', wire: 'jvmArgs' },
  { field: 'uses_module_path', wire: 'isModulePath' },
]
const flat = flatKind<JavaTask>('java', 'JAVA', FIELDS)

/** 3.3 dropped single classes and told jars apart (upstream PR 16542). */
export const javaKind: TaskKind<JavaTask> = {
  compile: (task, context) => {
    const names: Readonly<Record<string, string>> =
      context.dialect.family < '3.3' ? RUN_TYPES.old : RUN_TYPES.new
    const runType = names[task.run]
    if (runType === undefined)
      context.report('run', {
        code: 'unsupported_field',
        message: `DolphinScheduler ${context.dialect.family} can run ${Object.keys(names).join(' and ')}, not "${task.run}"`,
      })
    const { type, params } = flat.compile(task, context)
    return { type, params: { ...params, runType: runType ?? '' } }
  },
  decompile: (task, context) => {
    const names = context.dialect.family < '3.3' ? RUN_TYPES.old : RUN_TYPES.new
    const run = Object.entries(names).find(([, name]) => name === task.params['runType'])?.[0]
    const fields = flat.decompile(task, context)
    return run === undefined || fields === null ? null : { ...fields, run }
  },
}
