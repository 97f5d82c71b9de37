import { referencesOf } from '../definition/references.ts'
import type { WorkflowDocument } from '../definition/document.ts'
import type { EngineCompiler } from '../engine/engine.ts'
import type { EngineExport, ExportedDefinition } from '../engine/export.ts'
import { toLiveSchedules } from '../publishing/live-state.ts'
import type { NamedIds } from './export-names.ts'
import type { ExportSource } from './export-source.ts'
import type { ImportNote } from './import.ts'
import { nameItem, type Named } from './name-item.ts'

export interface ExportNaming {
  readonly file: EngineExport & { readonly compiler: EngineCompiler }
  readonly source: Pick<ExportSource, 'defaults' | 'overlay'>
  readonly ids: NamedIds
  /** Workflows that exist here, or will with this import. */
  readonly here: ReadonlySet<string>
  readonly now: Date
}

/** One definition of a file as a document, and everything that it could not carry over. */
export function nameExported(
  item: ExportedDefinition,
  workflowId: string,
  { file, source, ids, here, now }: ExportNaming,
): Named {
  const { live, schedule } = item
  const { defaults } = source
  const named = nameItem({
    live: {
      code: live.code,
      engine_version: live.version,
      is_online: live.isOnline,
      definition: live.definition,
      schedules: toLiveSchedules(schedule ? [schedule] : [], file.family),
    },
    compiler: file.compiler,
    family: file.family,
    overlay: source.overlay,
    bindings: {
      ...ids.bindings,
      workflowId,
      projectCode: item.projectCode,
      taskCodes: file.compiler.taskCodesOf(live.definition),
      defaultWorkerGroup: defaults.worker_group,
      defaultTenant: defaults.tenant,
      defaultEnvironment: defaults.environment,
    },
    base: null,
    managed: new Set([...here, ...placeholderWorkflows(ids)]),
  })
  const { document } = named
  return {
    document,
    notes: [
      ...named.notes,
      ...(document ? placeholderNotes(document, ids) : []),
      ...leftOutNotes(item, now),
    ],
  }
}

function placeholderWorkflows({ placeholders }: NamedIds): readonly string[] {
  return [...placeholders.keys()].flatMap((key) =>
    key.startsWith('workflow ') ? [key.slice('workflow '.length)] : [],
  )
}

function placeholderNotes(
  document: WorkflowDocument,
  { placeholders }: NamedIds,
): readonly ImportNote[] {
  const unnamed = (pointer: string, what: string): ImportNote => ({
    kind: 'unnamed',
    pointer,
    message: `${what} has no name here: give it one in names, or accept it (accepts_unnamed) and change it afterwards`,
  })
  return [
    ...referencesOf(document).flatMap(({ kind, name, pointers }) => {
      const what = placeholders.get(`${kind} ${name}`)
      return what === undefined ? [] : pointers.map((pointer) => unnamed(pointer, what))
    }),
    ...waitedTasks(document).flatMap(({ workflow, task, pointer }) => {
      const what = placeholders.get(`task ${workflow}/${task}`)
      return what === undefined ? [] : [unnamed(pointer, what)]
    }),
  ]
}

function waitedTasks(document: WorkflowDocument) {
  return document.tasks.flatMap((task, index) =>
    task.type === 'dependent'
      ? task.groups.flatMap(({ items }, group) =>
          items.flatMap((item, n) =>
            'workflow' in item && typeof item.wait_for === 'object'
              ? [
                  {
                    workflow: item.workflow,
                    task: item.wait_for.task,
                    pointer: `/tasks/${index}/groups/${group}/items/${n}/wait_for/task`,
                  },
                ]
              : [],
          ),
        )
      : [],
  )
}

function leftOutNotes(
  { live, schedule, leftOut }: ExportedDefinition,
  now: Date,
): readonly ImportNote[] {
  const note = (kind: ImportNote['kind'], pointer: string, message: string): ImportNote => ({
    kind,
    pointer,
    message,
  })
  const startsAt = schedule?.schedule.startsAt
  return [
    ...(live.isOnline
      ? [note('left_out', '', 'it is online there; here nothing is published by an import')]
      : []),
    ...(startsAt && startsAt > now
      ? [note('schedule', '/schedule/start', `its start at ${startsAt.toISOString()} is left out`)]
      : []),
    ...leftOut.map(({ pointer, message }) => note('left_out', `/file${pointer}`, message)),
  ]
}
