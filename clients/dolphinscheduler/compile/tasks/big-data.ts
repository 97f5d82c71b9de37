import type { Task } from '#src/definition/task.ts'
import { flatKind, resource, since, until, words, type FlatField } from './flat.ts'

type Of<T extends Task['type']> = Extract<Task, { type: T }>

const LANGUAGES = words({ java: 'JAVA', scala: 'SCALA', python: 'PYTHON', sql: 'SQL' })

const SUBMITTED: readonly FlatField[] = [
  { field: 'language', wire: 'programType', codec: LANGUAGES },
  { field: 'main_class', wire: 'mainClass' },
  { field: 'main_jar', wire: 'mainJar', codec: resource },
  { field: 'deploy_mode', wire: 'deployMode' },
  { field: 'app_name', wire: 'appName' },
  { field: 'main_args', wire: 'mainArgs' },
  { field: 'options', wire: 'others' },
  { field: 'yarn_queue', wire: ({ family }) => (family === '3.1' ? 'queue' : 'yarnQueue') },
  { field: 'script', wire: 'rawScript' },
]

export const sparkKind = flatKind<Of<'spark'>>('spark', 'SPARK', [
  ...SUBMITTED,
  { field: 'master', wire: since('3.2', 'master') },
  { field: 'namespace', wire: 'namespace' },
  {
    field: 'script_from',
    wire: since('3.2', 'sqlExecutionType'),
    codec: words({ script: 'SCRIPT', file: 'FILE' }),
  },
  { field: 'spark_version', wire: until('3.1', 'sparkVersion') },
  { field: 'driver_cores', wire: 'driverCores' },
  { field: 'driver_memory', wire: 'driverMemory' },
  { field: 'executors', wire: 'numExecutors' },
  { field: 'executor_cores', wire: 'executorCores' },
  { field: 'executor_memory', wire: 'executorMemory' },
])

export const flinkKind = flatKind<Of<'flink'>>('flink', 'FLINK', [
  ...SUBMITTED,
  { field: 'flink_version', wire: 'flinkVersion' },
  { field: 'init_script', wire: 'initScript' },
  { field: 'parallelism', wire: 'parallelism' },
  { field: 'slots', wire: 'slot' },
  { field: 'task_managers', wire: 'taskManager' },
  { field: 'job_manager_memory', wire: 'jobManagerMemory' },
  { field: 'task_manager_memory', wire: 'taskManagerMemory' },
])
