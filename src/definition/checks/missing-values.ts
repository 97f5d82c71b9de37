import type { WorkflowDocument } from '../document.ts'
import { needsOf, topologicalOrder } from '../graph.ts'
import type { Task } from '../task.ts'
import type { Found } from './check.ts'
import { listed, placeholdersIn } from './texts.ts'

/** What the engine itself gives every task. */
const BUILT_IN = 'system.'

interface Want {
  readonly index: number
  readonly path: readonly PropertyKey[]
  readonly names: readonly string[]
}

/**
 * Placeholders that neither a start parameter, nor the task's own parameters, nor an output of a
 * task before it gives a value. Only fields that nothing but the engine reads are looked at: whatever
 * ends in a shell or in Python (their scripts, and the parameters put into them; the command lines
 * of pass-through types) may mean the shell's own `${HOME}`.
 */
export function findMissingValues(document: WorkflowDocument): readonly Found[] {
  const starts = new Set(Object.keys(document.start.params.properties))
  const wants = document.tasks.flatMap((task, index) => wantsOf(task, index, starts))
  if (wants.length === 0) return []
  const isSetBefore = outputsBefore(document, new Set(wants.flatMap(({ names }) => names)))
  return wants.flatMap(({ index, path, names }) => {
    const missing = names.filter((name) => !isSetBefore(index, name))
    if (missing.length === 0) return []
    const placeholders = listed(missing.map((name) => `\${${name}}`))
    return [
      {
        path: ['tasks', index, ...path],
        message: `nothing here gives ${placeholders} a value: no start parameter, no parameter of the task, no output of a task before it`,
      },
    ]
  })
}

function wantsOf(task: Task, index: number, starts: ReadonlySet<string>): readonly Want[] {
  const fields = fieldsOf(task).filter(([, text]) => text.includes('{'))
  if (fields.length === 0) return []
  const own = new Set(task.params.map((param) => param.name))
  return fields.flatMap(([path, text]) => {
    const names = placeholdersIn(text).filter(
      (name) => !own.has(name) && !starts.has(name) && !name.startsWith(BUILT_IN),
    )
    return names.length === 0 ? [] : [{ index, path, names }]
  })
}

type Field = readonly [path: readonly PropertyKey[], text: string]

function fieldsOf(task: Task): readonly Field[] {
  const own = ownFields(task)
  if (own === null) return []
  return [...task.params.map(({ value }, n): Field => [['params', n, 'value'], value]), ...own]
}

/** null: it all ends in a shell or an interpreter. */
function ownFields(task: Task): readonly Field[] | null {
  switch (task.type) {
    case 'sql':
      return [...textFields(task, ['sql']), ...statementFields(task)]
    case 'datax':
      return [...textFields(task, ['sql', 'target_table']), ...statementFields(task)]
    case 'procedure':
      return textFields(task, ['call'])
    case 'http':
      return [
        ...textFields(task, ['url']),
        ...Object.entries(task.query).map(([key, text]): Field => [['query', key], text]),
        ...Object.entries(task.headers).map(([key, text]): Field => [['headers', key], text]),
        ...textFields(task, ['body']),
      ]
    case 'switch':
      return task.cases.map(({ condition }, n): Field => [['cases', n, 'condition'], condition])
    case 'sub_workflow':
    case 'dependent':
    case 'conditions':
      return []
    case 'shell':
    case 'python':
    case 'java':
    case 'spark':
    case 'flink':
    case 'seatunnel':
    case 'engine':
      return null
  }
}

function textFields<K extends string>(
  task: { readonly [key in K]?: string | undefined },
  names: readonly K[],
): readonly Field[] {
  return names.flatMap((name) => {
    const text = task[name]
    return text === undefined ? [] : [[[name], text] as const]
  })
}

function statementFields(task: {
  readonly pre_statements: readonly string[]
  readonly post_statements: readonly string[]
}): readonly Field[] {
  return (['pre_statements', 'post_statements'] as const).flatMap((list) =>
    task[list].map((text, n): Field => [[list, n], text]),
  )
}

/** Its outputs, which are written in another workflow, become parameters behind it. */
export function handsOver(task: Task): boolean {
  return (
    task.type === 'sub_workflow' ||
    (task.type === 'dependent' &&
      task.groups.some(({ items }) => items.some((item) => item.passes_params === true)))
  )
}

const BITS = 32
const ALL_BITS = 0xff_ff_ff_ff

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
  const isAnyHandedOver = document.tasks.some(handsOver)
  const bitByName = new Map(
    [...names].filter((name) => isAnyHandedOver || produced.has(name)).map((name, n) => [name, n]),
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
      const task = tasksByKey.get(need)
      if (task && handsOver(task)) row.fill(ALL_BITS)
      for (const output of task?.outputs ?? []) setBit(row, bitByName.get(output.name))
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
