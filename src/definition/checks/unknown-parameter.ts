import type { WorkflowDocument } from '../document.ts'
import type { Task, TaskType } from '../task.ts'
import type { Check, Found } from './check.ts'
import { findMissingValues, handsOver } from './missing-values.ts'
import {
  namesInProgram,
  namesSetInShell,
  withoutComments,
  withoutQuotedHeredocs,
} from './set-names.ts'
import { listed, placeholdersIn, textsOfTask, type Text } from './texts.ts'

export const unknownParameter = {
  id: 'unknown_parameter',
  severity: 'warning',
  title: 'A placeholder that neither a parameter, nor an output, nor the script gives a value',
  run(document): readonly Found[] {
    return [...unknownInScripts(document), ...findMissingValues(document)]
  },
} as const satisfies Check

function unknownInScripts(document: WorkflowDocument): readonly Found[] {
  const given = givenNames(document)
  if (given === null) return []
  return document.tasks.flatMap((task, index) => {
    if (!SCRIPTED.has(task.type)) return []
    const texts = textsOfTask(task, ['tasks', index]).filter(({ text }) => text.includes('{'))
    if (texts.length === 0) return []
    const own = namesOfScript(task)
    if (own === null) return []
    const params = new Set(task.params.map((param) => param.name))
    const isKnown = (name: string): boolean =>
      given.has(name) || own.has(name) || params.has(name) || FROM_OUTSIDE.test(name)
    return texts.flatMap((text) => unknownIn(text, isKnown))
  })
}

/** What fills in the placeholders of the other types is the engine alone: `findMissingValues`. */
const SCRIPTED: ReadonlySet<TaskType> = new Set([
  'shell',
  'python',
  'java',
  'spark',
  'flink',
  'seatunnel',
  'engine',
])

/** null: another workflow hands over what is not written here. */
function givenNames({ start, tasks }: WorkflowDocument): ReadonlySet<string> | null {
  if (tasks.some(handsOver)) return null
  return new Set([
    ...Object.keys(start.params.properties),
    ...tasks.flatMap(({ outputs }) => outputs.map((output) => output.name)),
  ])
}

function namesOfScript(task: Task): ReadonlySet<string> | null {
  if (task.type === 'python') return namesInProgram(withoutComments(task.script))
  if (task.type === 'java') return namesInProgram(task.source ?? '')
  return namesSetInShell(
    textsOfTask(task, [])
      .map(({ text }) => text)
      .join('\n'),
  )
}

/** Capitals are the habit for what a machine's environment sets; a dot is another language's, 日期 may be a program's. */
const FROM_OUTSIDE = /^[A-Z][A-Z0-9_]*$|[.-]|\P{ASCII}|^(?:https?|no|all|ftp)_proxy$/u

function unknownIn({ path, text }: Text, isKnown: (name: string) => boolean): readonly Found[] {
  const unknown = placeholdersIn(withoutQuotedHeredocs(withoutComments(text))).filter(
    (name) => !isKnown(name),
  )
  if (unknown.length === 0) return []
  const names = listed(unknown.map((name) => `\${${name}}`))
  return [
    {
      path,
      message: `nothing gives ${names} a value: no start parameter, no parameter of the task, no output, and the script sets none of that name`,
    },
  ]
}
