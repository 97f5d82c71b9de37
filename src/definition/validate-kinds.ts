import type { Issue } from '../lib/errors.ts'
import type { WorkflowDocument } from './document.ts'
import { issueAt } from './pointer.ts'
import type { Task } from './task.ts'

type Fault = readonly [field: string, code: 'required' | 'excluded', message: string]

/** Fields that one way of using a task type needs, or has no use for. */
export function kindIssues({ tasks }: WorkflowDocument): readonly Issue[] {
  return tasks.flatMap((task, index) =>
    faultsOf(task).map(([field, code, message]) => issueAt(['tasks', index, field], code, message)),
  )
}

function faultsOf(task: Task): readonly Fault[] {
  switch (task.type) {
    case 'spark':
    case 'flink':
      return submittedFaults(task)
    case 'java':
      return javaFaults(task)
    case 'datax':
      return dataxFaults(task)
    case 'seatunnel':
      return task.config !== undefined || task.resources.length === 1
        ? []
        : [required('config', 'unless "resources" names the one file that holds it')]
    case 'shell':
    case 'python':
    case 'sql':
    case 'procedure':
    case 'http':
    case 'sub_workflow':
    case 'dependent':
    case 'conditions':
    case 'switch':
    case 'engine':
      return []
  }
}

function submittedFaults(task: Extract<Task, { type: 'spark' | 'flink' }>): readonly Fault[] {
  if (task.language !== 'sql')
    return task.main_jar === undefined ? [required('main_jar', `for ${task.language}`)] : []
  const isInFile = task.type === 'spark' && task.script_from === 'file'
  return isInFile || task.script !== undefined ? [] : [required('script', 'for sql')]
}

const JAVA_NEEDS = { source: ['source'], jar: ['main_jar'], classpath: ['main_class'] } as const

function javaFaults(task: Extract<Task, { type: 'java' }>): readonly Fault[] {
  return JAVA_NEEDS[task.run]
    .filter((field) => task[field] === undefined)
    .map((field) => required(field, `where "run" is ${task.run}`))
}

const COPY = ['source', 'target', 'sql', 'target_table'] as const

function dataxFaults(task: Extract<Task, { type: 'datax' }>): readonly Fault[] {
  if (task.job_json === undefined)
    return COPY.filter((field) => task[field] === undefined).map((field) =>
      required(field, 'unless "job_json" is there'),
    )
  return COPY.filter((field) => task[field] !== undefined).map((field) => [
    field,
    'excluded',
    '"job_json" says everything; leave this out',
  ])
}

function required(field: string, when: string): Fault {
  return [field, 'required', `is required ${when}`]
}
