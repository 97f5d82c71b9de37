import type { WorkflowDocument } from '../document.ts'
import type { Task } from '../task.ts'

/** A text that runs somewhere, and where it stands in the document. */
export interface Text {
  readonly path: readonly PropertyKey[]
  readonly text: string
}

/** Prose, and names and numbers that the engine takes as they are. */
const PLAIN = new Set(
  (
    'key name description owner type reads writes needs priority worker_group environment ' +
    'task_group retry timeout datasource workflow'
  ).split(' '),
)

/** Every text of a task, at any depth, below `path`. */
export function textsOfTask(task: Task, path: readonly PropertyKey[]): readonly Text[] {
  const texts: Text[] = []
  for (const [field, value] of Object.entries(task))
    if (!PLAIN.has(field)) collect(value, [...path, field], texts)
  return texts
}

/** Every text of all tasks. */
export function taskTexts({ tasks }: WorkflowDocument): readonly Text[] {
  return tasks.flatMap((task, index) => textsOfTask(task, ['tasks', index]))
}

export function textsIn(value: unknown, path: readonly PropertyKey[]): readonly Text[] {
  const texts: Text[] = []
  collect(value, path, texts)
  return texts
}

/** A document is never nested deeper than its parser allows. */
function collect(value: unknown, path: readonly PropertyKey[], texts: Text[]): void {
  if (typeof value === 'string') {
    if (value !== '') texts.push({ path, text: value })
  } else if (Array.isArray(value)) {
    for (const [n, item] of value.entries()) collect(item, [...path, n], texts)
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) collect(item, [...path, key], texts)
  }
}

/** `${name}` and `!{name}` as the engine reads them; `${name:-x}` is a shell's own. */
const PLACEHOLDER = /[$!]\{([\p{L}_][\p{L}\p{M}\p{N}_.-]{0,254})\}/gu

export function placeholdersIn(text: string): readonly string[] {
  if (!text.includes('{')) return []
  return [...new Set([...text.matchAll(PLACEHOLDER)].map(([, name = '']) => name))]
}

const LISTED = 10

/** A few names, and how many more there are. */
export function listed(names: readonly string[]): string {
  const more = names.length - LISTED
  return `${names.slice(0, LISTED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
