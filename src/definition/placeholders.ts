import type { Issue } from '../lib/errors.ts'
import type { WorkflowDocument } from './document.ts'
import { ancestorsOf } from './graph.ts'
import { pointerOf } from './pointer.ts'
import type { Task } from './task.ts'

/** `${name}` and `!{name}` are the engine's; `$[…]` is its date arithmetic and needs no value. */
const PLACEHOLDER = /[$!]\{([A-Za-z_][A-Za-z0-9_.-]*)\}/g

/**
 * Placeholders without a value. Shell and Python scripts are left alone: `${x}` is legal there
 * without the engine, so only fields that nothing but the engine reads are checked.
 */
export function findMissingValues(document: WorkflowDocument): readonly Issue[] {
  const needsByKey = new Map(document.tasks.map((task) => [task.key, task.needs]))
  const outputsByKey = new Map(
    document.tasks.map((task) => [task.key, task.outputs.map((output) => output.name)]),
  )
  const startNames = Object.keys(document.start.params.properties)
  return document.tasks.flatMap((task, index) => {
    const fields = checkedFields(task).filter(([, text]) => text.includes('{'))
    if (fields.length === 0) return []
    const known = new Set([
      ...startNames,
      ...task.params.map((param) => param.name),
      ...[...ancestorsOf(task.key, needsByKey)].flatMap((key) => outputsByKey.get(key) ?? []),
    ])
    return fields.flatMap(([path, text]) =>
      namesIn(text)
        .filter((name) => !known.has(name) && !name.startsWith('system.'))
        .map((name) => ({
          pointer: pointerOf(['tasks', index, ...path]),
          code: 'definition.no_value',
          message: `nothing gives "${name}" a value: no start parameter, no parameter of the task, no output of a task before it`,
        })),
    )
  })
}

function namesIn(text: string): readonly string[] {
  return [...new Set([...text.matchAll(PLACEHOLDER)].map((match) => match[1] ?? ''))]
}

function checkedFields(
  task: Task,
): readonly (readonly [path: readonly PropertyKey[], text: string])[] {
  const params = task.params.map((param, n): readonly [readonly PropertyKey[], string] => [
    ['params', n, 'value'],
    param.value,
  ])
  switch (task.type) {
    case 'sql':
      return [...params, [['sql'], task.sql]]
    case 'http':
      return [...params, [['url'], task.url], [['body'], task.body]]
    case 'shell':
    case 'python':
    case 'sub_workflow':
    case 'engine':
      return params
  }
}
