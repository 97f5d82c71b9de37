import { canonicalDocument } from '../definition/canonical.ts'
import { diffDocuments, summarize } from '../definition/diff.ts'
import { summarySentence } from '../definition/diff-text.ts'
import { keepOurs } from '../definition/keep-ours.ts'
import { findIssues } from '../definition/validate.ts'
import type { WorkflowDocument } from '../definition/document.ts'
import { referencesOf } from '../definition/references.ts'
import type { EngineFamily } from '../engine/catalog.ts'
import type { EngineDefinition } from '../engine/definition.ts'
import type { Bindings, EngineCompiler } from '../engine/engine.ts'
import type { EnvironmentOverlay } from '../environments/environment.ts'
import { isAppError } from '../lib/errors.ts'
import { desiredSchedule } from '../publishing/desired-schedule.ts'
import { applyOverlay, withoutOverlay } from '../publishing/overlay.ts'
import type { LiveState } from '../publishing/plan.ts'
import { withSchedule, withScheduleNames } from '../publishing/with-schedule.ts'
import type { ImportNote } from './import.ts'

interface NumberedDocument {
  readonly version: number
  readonly document: WorkflowDocument
}

export interface Naming {
  readonly live: LiveState
  readonly compiler: EngineCompiler
  readonly family: EngineFamily
  /** Of the environment that it comes from. */
  readonly overlay: EnvironmentOverlay
  readonly bindings: Bindings
  /** The version that it is compared with; null: it becomes a workflow of its own. */
  readonly base: NumberedDocument | null
  /** Workflows that may be named: where it comes from they are managed already. */
  readonly managed: ReadonlySet<string>
}

export interface Named {
  /** null: what the engine holds can be no document. */
  readonly document: WorkflowDocument | null
  readonly notes: readonly ImportNote[]
}

/** No engine takes it: only a file can say so. Whatever else runs as it is keeps nobody out. */
const REFUSED: ReadonlySet<string> = new Set(['definition.cycle', 'definition.self_need'])

/** What a definition is as a document of ours, and everything a person should know before it is one. */
export function nameItem(naming: Naming): Named {
  const { live, compiler, overlay, bindings, managed } = naming
  const base = naming.base?.document ?? null
  const read = attempt(() => compiler.decompile(live.definition, bindings))
  if (read.value === null) return { document: null, notes: read.notes }
  const content = live.schedules[0]?.content ?? null
  const said = withScheduleNames(read.value, content, {
    names: naming.bindings,
    said: base ?? read.value,
  })
  const plain = withoutOverlay(said, overlay, base)
  const there = withSchedule(plain, content, base ?? plain)
  // As it is kept: notes point at its tasks by their place.
  const document = canonicalDocument(base ? keepOurs(there, base) : there)
  return {
    document,
    notes: [
      ...versionNotes(document, naming.base),
      ...findIssues(document).map(({ pointer, code, message }): ImportNote => ({
        kind: REFUSED.has(code) ? 'fault' : 'issue',
        pointer,
        message,
      })),
      ...lostNotes(document, naming),
      ...needNotes(document, managed),
      ...unnamedNotes(document),
      ...scheduleNotes(document, naming),
    ],
  }
}

function versionNotes(
  document: WorkflowDocument,
  base: NumberedDocument | null,
): readonly ImportNote[] {
  if (base === null) return []
  const diff = diffDocuments(base.document, document)
  const message = diff.is_empty
    ? `is v${base.version} of "${document.id}" as it stands here`
    : `becomes a version of its own, which differs from v${base.version} of "${document.id}": ${summarySentence(summarize(diff))}`
  return [{ kind: 'version', pointer: '', message }]
}

function attempt(work: () => WorkflowDocument): {
  readonly value: WorkflowDocument | null
  readonly notes: readonly ImportNote[]
} {
  try {
    return { value: work(), notes: [] }
  } catch (error) {
    if (!isAppError(error, 'invalid')) throw error
    return {
      value: null,
      notes: error.issues.map(({ pointer, message }) => ({ kind: 'fault', pointer, message })),
    }
  }
}

/** The proof that nothing is lost: what would be published is what is there, but for the marker. */
function lostNotes(
  document: WorkflowDocument,
  { live, compiler, overlay, bindings }: Naming,
): readonly ImportNote[] {
  const again = attemptCompile(() => compiler.compile(applyOverlay(document, overlay), bindings))
  if ('notes' in again) return again.notes
  const fields = differing(again.definition, live.definition)
  return fields.map((field) => ({
    kind: 'lost',
    pointer: '',
    message: `a publish would change ${field}`,
  }))
}

function attemptCompile(
  work: () => EngineDefinition,
): { readonly definition: EngineDefinition } | { readonly notes: readonly ImportNote[] } {
  try {
    return { definition: work() }
  } catch (error) {
    if (!isAppError(error, 'invalid')) throw error
    return {
      notes: error.issues.map(({ pointer, message }) => ({ kind: 'fault', pointer, message })),
    }
  }
}

function differing(again: EngineDefinition, live: EngineDefinition): readonly string[] {
  const { description: _mark, tasks: tasksAgain, ...restAgain } = again
  const { description: _text, tasks, ...rest } = live
  const byCode = new Map(tasksAgain.map((task) => [task.code, task]))
  return [
    ...Object.entries(rest)
      .filter(
        ([field, value]) =>
          !isSame(value, Object.entries(restAgain).find(([name]) => name === field)?.[1]),
      )
      .map(([field]) => field),
    ...tasks
      .filter((task) => !isSame(task, byCode.get(task.code)))
      .map((task) => `task "${task.name}"`),
  ]
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function needNotes(
  document: WorkflowDocument,
  managed: ReadonlySet<string>,
): readonly ImportNote[] {
  return referencesOf(document)
    .filter(({ kind, name }) => kind === 'workflow' && !managed.has(name) && name !== document.id)
    .flatMap(({ name, pointers }) =>
      pointers.map((pointer) => ({
        kind: 'needs' as const,
        pointer,
        message: `names the workflow "${name}": adopt it as well`,
      })),
    )
}

/** What stayed an id or code of this one engine means nothing in another environment. */
function unnamedNotes(document: WorkflowDocument): readonly ImportNote[] {
  return document.tasks.flatMap((task, index) => {
    const foreign =
      task.type === 'dependent' &&
      task.groups.some(({ items }) => items.some((item) => 'engine' in item))
    const hasMore = task.type !== 'engine' && Object.keys(task.engine_params).length > 0
    const note = (kind: ImportNote['kind'], message: string): readonly ImportNote[] => [
      { kind, pointer: `/tasks/${index}`, message },
    ]
    return [
      ...(foreign
        ? note('unnamed', 'waits for a workflow that is not managed here, by its engine code')
        : []),
      ...(task.type === 'engine'
        ? note('unnamed', 'is in the words of the engine alone; ids in it mean that engine')
        : []),
      ...(hasMore
        ? note('engine_words', 'keeps parameters in the words of the engine (engine_params)')
        : []),
    ]
  })
}

/** A document says some things of tasks and schedule at once; where they differ, the tasks count. */
function scheduleNotes(
  document: WorkflowDocument,
  { live, family, overlay, bindings }: Naming,
): readonly ImportNote[] {
  const [schedule, ...more] = live.schedules
  const desired = desiredSchedule(applyOverlay(document, overlay), bindings, family)
  if (!schedule || !desired) return []
  const { starts_at: _start, ...content } = schedule.content
  const changed = Object.entries(content).filter(
    ([field, value]) => Object.entries(desired).find(([name]) => name === field)?.[1] !== value,
  )
  return [
    ...changed.map(([field, value]) => `its ${field} "${value}" is not carried over`),
    ...(more.length > 0
      ? ['the engine holds several schedules for it; the first is taken over']
      : []),
  ].map((message) => ({ kind: 'schedule', pointer: '/schedule', message }))
}
