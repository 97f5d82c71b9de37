import type { Issue } from '../lib/errors.ts'
import { canonicalCron, isTimeZone, nextFires } from './cron.ts'
import type { WorkflowDocument } from './document.ts'
import { END_NODE, findCycle, START_NODE } from './graph.ts'
import { withMarker } from './marker.ts'
import { findMissingValues } from './placeholders.ts'
import { pointerOf } from './pointer.ts'

/** Names that routes, the graph and answers use for themselves. */
const RESERVED = new Set([START_NODE, END_NODE, 'start', 'end', 'answer'])
const ENGINE_DESCRIPTION_CHARS = 255

/** What is wrong with the meaning of a well-formed document: every fault, each with its pointer. */
export function findIssues(document: WorkflowDocument): readonly Issue[] {
  return [
    ...keyIssues(document),
    ...needIssues(document),
    ...outputIssues(document),
    ...paramIssues(document),
    ...scheduleIssues(document),
    ...descriptionIssues(document),
    ...findMissingValues(document),
  ]
}

function issue(path: readonly PropertyKey[], code: string, message: string): Issue {
  return { pointer: pointerOf(path), code: `definition.${code}`, message }
}

function keyIssues(document: WorkflowDocument): readonly Issue[] {
  const issues: Issue[] = []
  const keys = new Set<string>()
  const names = new Set<string>()
  for (const [index, task] of document.tasks.entries()) {
    const name = task.name ?? task.key
    if (keys.has(task.key))
      issues.push(
        issue(['tasks', index, 'key'], 'duplicate_key', `another task has the key "${task.key}"`),
      )
    else if (names.has(name))
      issues.push(
        issue(['tasks', index, 'name'], 'duplicate_name', `another task is named "${name}"`),
      )
    if (RESERVED.has(task.key))
      issues.push(issue(['tasks', index, 'key'], 'reserved_key', `"${task.key}" is reserved`))
    keys.add(task.key)
    names.add(name)
  }
  if (RESERVED.has(document.id))
    issues.push(issue(['id'], 'reserved_key', `"${document.id}" is reserved`))
  return issues
}

function needIssues(document: WorkflowDocument): readonly Issue[] {
  const issues: Issue[] = []
  const keys = new Set(document.tasks.map((task) => task.key))
  for (const [index, task] of document.tasks.entries()) {
    for (const [n, need] of task.needs.entries()) {
      if (!keys.has(need))
        issues.push(
          issue(['tasks', index, 'needs', n], 'unknown_need', `no task has the key "${need}"`),
        )
    }
  }
  const cycle = findCycle(new Map(document.tasks.map((task) => [task.key, task.needs])))
  if (cycle) {
    const index = document.tasks.findIndex((task) => task.key === cycle[0])
    issues.push(
      issue(
        ['tasks', index, 'needs'],
        'cycle',
        `tasks need each other in a circle: ${cycle.join(' → ')}`,
      ),
    )
  }
  return issues
}

function outputIssues(document: WorkflowDocument): readonly Issue[] {
  const declared = new Set(
    document.tasks.flatMap((task) => task.outputs.map((output) => `${task.key}.${output.name}`)),
  )
  return Object.entries(document.end.outputs)
    .filter(([, output]) => !declared.has(output.from))
    .map(([name, output]) =>
      issue(
        ['end', 'outputs', name, 'from'],
        'unknown_output',
        `no task declares the output "${output.from}"`,
      ),
    )
}

function paramIssues(document: WorkflowDocument): readonly Issue[] {
  const { properties, required } = document.start.params
  const issues: Issue[] = []
  for (const [n, name] of required.entries()) {
    if (!Object.hasOwn(properties, name))
      issues.push(
        issue(
          ['start', 'params', 'required', n],
          'unknown_param',
          `no parameter is named "${name}"`,
        ),
      )
  }
  for (const [name, param] of Object.entries(properties)) {
    if (param.default === undefined) continue
    const path = ['start', 'params', 'properties', name, 'default']
    const expected = param.type === 'integer' ? 'number' : param.type
    // The engine fills placeholders in later, whatever the type: `$[yyyyMMdd]`, `${system.biz.date}`.
    const isPlaceholder = typeof param.default === 'string' && /\$[[{]/.test(param.default)
    if (typeof param.default !== expected && !isPlaceholder)
      issues.push(issue(path, 'default_type', `the default is no ${param.type}`))
    if (param.enum && !param.enum.includes(param.default))
      issues.push(issue(path, 'default_not_in_enum', 'the default is not in enum'))
  }
  return issues
}

/** A schedule that has no fire in the next years never will. Any instant serves to look from. */
const FROM = new Date('2024-01-01T00:00:00Z')

function scheduleIssues({ schedule }: WorkflowDocument): readonly Issue[] {
  if (!schedule) return []
  const issues: Issue[] = []
  const cron = canonicalCron(schedule.cron)
  const isZone = isTimeZone(schedule.timezone)
  if (!cron.ok) issues.push(issue(['schedule', 'cron'], 'cron', cron.message))
  if (!isZone)
    issues.push(
      issue(['schedule', 'timezone'], 'timezone', `"${schedule.timezone}" is no time zone`),
    )
  if (
    cron.ok &&
    isZone &&
    nextFires({ cron: cron.cron, timezone: schedule.timezone }, FROM, 1).length === 0
  ) {
    issues.push(issue(['schedule', 'cron'], 'cron_never_fires', 'this cron never fires'))
  }
  if (
    schedule.start !== undefined &&
    schedule.end !== undefined &&
    schedule.end <= schedule.start
  ) {
    issues.push(issue(['schedule', 'end'], 'schedule_end', 'the end is not after the start'))
  }
  return issues
}

function descriptionIssues(document: WorkflowDocument): readonly Issue[] {
  const { length } = withMarker(document.description, document.id)
  if (length <= ENGINE_DESCRIPTION_CHARS) return []
  const room = ENGINE_DESCRIPTION_CHARS - (length - document.description.length)
  return [
    issue(
      ['description'],
      'description_too_long',
      `at most ${room} characters: the engine takes ${ENGINE_DESCRIPTION_CHARS} with our marker`,
    ),
  ]
}
