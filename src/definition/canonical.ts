import { createHash } from 'node:crypto'
import { canonicalCron } from './cron.ts'
import type { ScheduleSpec, WorkflowDocument } from './document.ts'
import type { Task } from './task.ts'

/** The exact text of a version: `canonicalDocument` with object keys sorted. Equal meaning is equal text. */
export function canonicalText(document: WorkflowDocument): string {
  return JSON.stringify(sortKeys(withoutEmpty(canonicalDocument(document))))
}

/**
 * A list or record that is empty is as good as none: a field that a later release adds, empty where
 * nobody uses it, changes no digest.
 */
function withoutEmpty(document: WorkflowDocument): object {
  return { ...filled(document), tasks: document.tasks.map(filled) }
}

function filled(owner: object): object {
  return Object.fromEntries(
    Object.entries(owner).filter(
      ([, value]) => typeof value !== 'object' || value === null || Object.keys(value).length > 0,
    ),
  )
}

/** SHA-256 of the canonical text, as hex. */
export function digestOf(document: WorkflowDocument): string {
  return createHash('sha256').update(canonicalText(document)).digest('hex')
}

/**
 * One way to say it: defaults filled in, crons as Quartz, and what has no order (tasks, needs, tags,
 * required parameters, reads, writes) sorted. Lists whose order people chose or the engine minds
 * (parameters, outputs, enum, statements) keep it.
 */
export function canonicalDocument(document: WorkflowDocument): WorkflowDocument {
  const { params } = document.start
  return {
    ...document,
    tags: unique(document.tags),
    start: { ...document.start, params: { ...params, required: unique(params.required) } },
    tasks: document.tasks.map(canonicalTask).sort(byKey),
    ...(document.schedule ? { schedule: canonicalSchedule(document.schedule) } : {}),
  }
}

function canonicalTask({ stream, cached, ...task }: Task): Task {
  return {
    ...task,
    // No is as good as nothing: both came later than the first digests.
    ...(stream === true ? { stream } : {}),
    ...(cached === true ? { cached } : {}),
    name: task.name ?? task.key,
    needs: unique(task.needs),
    reads: unique(task.reads),
    writes: unique(task.writes),
  }
}

/** A draft may hold a key twice; it still has one text. */
function byKey(a: Task, b: Task): number {
  if (a.key !== b.key) return a.key < b.key ? -1 : 1
  return JSON.stringify(sortKeys(a)) < JSON.stringify(sortKeys(b)) ? -1 : 1
}

/** `cron` stays as it is where it is no cron; local times have seconds, which is all the engine keeps. */
function canonicalSchedule(schedule: ScheduleSpec): ScheduleSpec {
  const cron = canonicalCron(schedule.cron)
  const { start, end } = schedule
  return {
    ...schedule,
    ...(cron.ok ? { cron: cron.cron } : {}),
    ...(start === undefined ? {} : { start: toSeconds(start) }),
    ...(end === undefined ? {} : { end: toSeconds(end) }),
  }
}

const SECONDS_LENGTH = '2026-01-31T03:00:00'.length

function toSeconds(local: string): string {
  return local.length < SECONDS_LENGTH ? `${local}:00` : local.slice(0, SECONDS_LENGTH)
}

function unique(items: readonly string[]): string[] {
  return [...new Set(items)].sort()
}

/** Keys in one order at every depth; arrays keep theirs. */
export function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys)
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, sortKeys(item)]),
  )
}
