import type { Issue } from '../lib/errors.ts'
import type { WorkflowDocument } from './document.ts'
import { needsOf, topologicalOrder } from './graph.ts'
import { issueAt } from './pointer.ts'
import type { Task } from './task.ts'

/** `${name}` and `!{name}` are the engine's; `$[…]` is its date arithmetic and needs no value. */
const PLACEHOLDER = /[$!]\{([A-Za-z_][A-Za-z0-9_.-]*)\}/g
/** What the engine itself gives every task. */
const BUILT_IN = 'system.'

interface Want {
  readonly index: number
  readonly path: readonly PropertyKey[]
  readonly name: string
}

/**
 * Placeholders that neither a start parameter, nor the task's own parameters, nor an output of a
 * task before it gives a value. Only fields that nothing but the engine reads are checked: whatever
 * ends in a shell or in Python (their scripts, and the parameters put into them; the command lines
 * of pass-through types) may mean the shell's own `${HOME}`.
 */
export function findMissingValues(document: WorkflowDocument): readonly Issue[] {
  const starts = new Set(Object.keys(document.start.params.properties))
  const wants = document.tasks.flatMap((task, index) =>
    wantsOf(task, index).filter(({ name }) => !starts.has(name) && !name.startsWith(BUILT_IN)),
  )
  if (wants.length === 0) return []
  const isSetBefore = outputsBefore(document, new Set(wants.map((want) => want.name)))
  return wants
    .filter(({ index, name }) => !isSetBefore(index, name))
    .map(({ index, path, name }) =>
      issueAt(
        ['tasks', index, ...path],
        'no_value',
        `nothing gives "${name}" a value: no start parameter, no parameter of the task, no output of a task before it`,
      ),
    )
}

function wantsOf(task: Task, index: number): readonly Want[] {
  const fields = fieldsOf(task).filter(([, text]) => text.includes('{'))
  if (fields.length === 0) return []
  const own = new Set(task.params.map((param) => param.name))
  return fields.flatMap(([path, text]) =>
    [...new Set([...text.matchAll(PLACEHOLDER)].map(([, name = '']) => name))]
      .filter((name) => !own.has(name))
      .map((name) => ({ index, path, name })),
  )
}

type Field = readonly [path: readonly PropertyKey[], text: string]

function fieldsOf(task: Task): readonly Field[] {
  const params = task.params.map(({ value }, n): Field => [['params', n, 'value'], value])
  switch (task.type) {
    case 'sql':
      return [
        ...params,
        [['sql'], task.sql],
        ...task.pre_statements.map((text, n): Field => [['pre_statements', n], text]),
        ...task.post_statements.map((text, n): Field => [['post_statements', n], text]),
      ]
    case 'http':
      return [
        ...params,
        [['url'], task.url],
        ...Object.entries(task.query).map(([key, text]): Field => [['query', key], text]),
        ...Object.entries(task.headers).map(([key, text]): Field => [['headers', key], text]),
        [['body'], task.body],
      ]
    case 'sub_workflow':
      return params
    case 'shell':
    case 'python':
    case 'engine':
      return []
  }
}

const BITS = 32

/**
 * Which of `names` a task before another one sets. One row of bits a task, so that a long chain
 * costs no more than a wide one. Whoever waits for a circle has every output: the circle is the fault.
 */
function outputsBefore(
  document: WorkflowDocument,
  names: ReadonlySet<string>,
): (index: number, name: string) => boolean {
  const produced = new Set(
    document.tasks.flatMap(({ outputs }) => outputs.map((output) => output.name)),
  )
  const bitByName = new Map(
    [...names].filter((name) => produced.has(name)).map((name, n) => [name, n]),
  )
  const width = Math.ceil(bitByName.size / BITS)
  const tasksByKey = new Map(document.tasks.map((task) => [task.key, task]))
  const needsByKey = needsOf(document)
  const rows = new Map<string, Uint32Array>()
  for (const key of topologicalOrder(needsByKey)) {
    const row = new Uint32Array(width)
    for (const need of needsByKey.get(key) ?? []) {
      for (const [word, bits] of rows.get(need)?.entries() ?? [])
        row[word] = (row[word] ?? 0) | bits
      for (const output of tasksByKey.get(need)?.outputs ?? [])
        setBit(row, bitByName.get(output.name))
    }
    rows.set(key, row)
  }
  return (index, name) => {
    const bit = bitByName.get(name)
    if (bit === undefined) return false
    const row = rows.get(document.tasks[index]?.key ?? '')
    return !row || (((row[Math.floor(bit / BITS)] ?? 0) >>> (bit % BITS)) & 1) === 1
  }
}

function setBit(row: Uint32Array, bit: number | undefined): void {
  if (bit === undefined) return
  const word = Math.floor(bit / BITS)
  row[word] = (row[word] ?? 0) | (1 << (bit % BITS))
}
