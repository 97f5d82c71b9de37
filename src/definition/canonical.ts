import { createHash } from 'node:crypto'
import { canonicalCron } from './cron.ts'
import type { WorkflowDocument } from './document.ts'

/**
 * The exact text of a version: defaults filled in, object keys sorted, and what has no order
 * (tasks, needs, tags, reads, writes) sorted too. Equal meaning is equal text.
 */
export function canonicalText(document: WorkflowDocument): string {
  return JSON.stringify(sortKeys(ordered(document)))
}

/** SHA-256 of the canonical text, as hex. */
export function digestOf(document: WorkflowDocument): string {
  return createHash('sha256').update(canonicalText(document)).digest('hex')
}

function ordered(document: WorkflowDocument): unknown {
  const { schedule } = document
  return {
    ...document,
    tags: unique(document.tags),
    tasks: document.tasks
      .map((task) => ({
        ...task,
        name: task.name ?? task.key,
        needs: unique(task.needs),
        reads: unique(task.reads),
        writes: unique(task.writes),
      }))
      .sort((a, b) => (a.key < b.key ? -1 : 1)),
    ...(schedule ? { schedule: { ...schedule, cron: cronOf(schedule.cron) } } : {}),
  }
}

function cronOf(cron: string): string {
  const canonical = canonicalCron(cron)
  return canonical.ok ? canonical.cron : cron
}

function unique(items: readonly string[]): readonly string[] {
  return [...new Set(items)].sort()
}

/** Keys in code-unit order at every depth; arrays keep theirs. */
export function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys)
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, sortKeys(item)]),
  )
}
