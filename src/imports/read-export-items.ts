import { setImmediate as nextTurn } from 'node:timers/promises'
import type { OrgDb } from '../db/database.ts'
import type { WorkflowDocument } from '../definition/document.ts'
import type { EngineFamily } from '../engine/catalog.ts'
import type { EngineCompiler } from '../engine/engine.ts'
import type { EngineExport } from '../engine/export.ts'
import type { EngineIds } from '../engine/ids.ts'
import type { ConnectDeps } from '../environments/connect-environment.ts'
import type { Call } from '../lib/call.ts'
import { AppError } from '../lib/errors.ts'
import type { Clock } from '../lib/time.ts'
import { atFile } from './at-file.ts'
import { idsForFile } from './export-ids.ts'
import { nameIds, type ExportNames } from './export-names.ts'
import { readExportSource } from './export-source.ts'
import type { ImportNote } from './import.ts'
import { nameExported } from './name-export.ts'
import type { Choice } from './choose-items.ts'

export interface ReadExportDeps extends ConnectDeps {
  readonly now: Clock
  readonly callDeadlineMs: number
}

export interface ReadExportInput {
  /** What the engine's export wrote. */
  readonly file: unknown
  readonly family: EngineFamily | undefined
  readonly timeZone: string | undefined
  /** The environment that wrote the file. */
  readonly environment: string | undefined
  readonly names: ExportNames
  /** null: all. */
  readonly items: readonly Choice[] | null
}

export interface ReadItem {
  /** From 1, in the order of the file. */
  readonly itemNo: number
  readonly name: string
  readonly code: string
  readonly workflowId: string
  /** `unnamed` has to be named or accepted; `blocked` cannot become a workflow as it is. */
  readonly state: 'ready' | 'unnamed' | 'blocked'
  readonly notes: readonly ImportNote[]
  readonly document: WorkflowDocument | null
}

export interface ReadFile {
  readonly family: EngineFamily
  readonly items: readonly ReadItem[]
}

/** More is several files: a request is answered in seconds. */
const MAX_ITEMS = 500
const MAX_TASKS = 10_000

/** What every definition of a file would become. `used`: ids of workflows that exist here. */
export async function readExportItems(
  deps: ReadExportDeps,
  call: Call,
  { db, used }: { readonly db: OrgDb; readonly used: ReadonlySet<string> },
  input: ReadExportInput,
): Promise<ReadFile> {
  const source = await readExportSource(deps, call, db, input.environment)
  const file = atFile(() =>
    deps.factory.readExport(input.file, {
      family: input.family ?? source.family,
      timeZone: input.timeZone ?? source.timeZone,
    }),
  )
  source.assertWrote(file)
  assertSize(file)
  const workflowIds = idsForFile(file.items, input.items)
  const inFile = new Set(file.items.map(({ live }) => live.code))
  const ids = nameIds(allIdsOf(file), {
    given: input.names,
    catalog: await source.catalogFor(file.items.map(({ live }) => live.definition)),
    workflows: new Map([
      ...[...source.managed].filter(([, { code }]) => !inFile.has(code)),
      ...file.items.map(({ live: { code, definition } }, index) => {
        const taskCodes = file.compiler.taskCodesOf(definition)
        return [workflowIds[index] ?? code, { code, taskCodes }] as const
      }),
    ]),
  })
  if (ids.issues.length > 0)
    throw new AppError('invalid', 'request.invalid', 'the names do not fit the file', {
      issues: ids.issues,
    })
  const isChosen = (itemNo: number): boolean =>
    input.items === null || input.items.some((choice) => choice.itemNo === itemNo)
  const chosen = workflowIds.filter((_id, index) => isChosen(index + 1))
  const naming = { file, source, ids, here: new Set([...used, ...chosen]), now: deps.now() }
  const items: ReadItem[] = []
  for (const [index, item] of file.items.entries()) {
    const { code, definition } = item.live
    const workflowId = workflowIds[index] ?? code
    const named = nameExported(item, workflowId, naming)
    items.push({
      itemNo: index + 1,
      name: definition.name,
      code,
      workflowId,
      state: stateOf(named),
      ...named,
    })
    // Other requests are answered in between.
    await nextTurn()
  }
  return { family: file.family, items }
}

function assertSize({ items }: EngineExport): void {
  const tasks = items.reduce((sum, { live }) => sum + live.definition.tasks.length, 0)
  if (items.length <= MAX_ITEMS && tasks <= MAX_TASKS) return
  const message = `at most ${MAX_ITEMS} definitions with ${MAX_TASKS} tasks at once`
  throw new AppError('invalid', 'request.invalid', `send ${message}`, {
    issues: [{ pointer: '/file', code: 'request.too_big', message }],
  })
}

/** Those of the definitions, and whom the schedules tell. */
function allIdsOf({
  items,
  compiler,
}: EngineExport & { readonly compiler: EngineCompiler }): EngineIds {
  const ids = compiler.idsOf(items.map(({ live }) => live.definition))
  const told = items.flatMap(({ schedule }) =>
    schedule && schedule.schedule.warningGroupId > 0 ? [schedule.schedule.warningGroupId] : [],
  )
  return { ...ids, alertGroupIds: [...new Set([...ids.alertGroupIds, ...told])] }
}

/** What has faults, or would come back as something else, is not taken over half. */
export const BLOCKING: readonly ImportNote['kind'][] = ['fault', 'lost', 'needs']

function stateOf({ document, notes }: Pick<ReadItem, 'document' | 'notes'>): ReadItem['state'] {
  const kinds = new Set(notes.map(({ kind }) => kind))
  if (document === null || BLOCKING.some((kind) => kinds.has(kind))) return 'blocked'
  return kinds.has('unnamed') ? 'unnamed' : 'ready'
}
