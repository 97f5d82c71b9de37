import type { WorkflowDocument } from '../definition/document.ts'
import type { EngineDefinition } from '../engine/definition.ts'
import type { Bindings, CallOptions, Engine, EngineCompiler } from '../engine/engine.ts'
import type { EngineIds, WorkflowUse } from '../engine/ids.ts'
import type { Environment } from '../environments/environment.ts'
import { foreignItemsOf, proveForeignItems, type Proof } from './foreign-workflows.ts'
import { lookForIds, type Look, type RawKind } from './ids-there.ts'
import { proveWorkflowUses } from './raw-workflows.ts'

interface RawId {
  readonly kind: RawKind
  readonly id: string
  readonly taskKey: string
  readonly pointer: string
}

/** A compiled task, and where the document says it. */
interface CompiledTask {
  readonly ids: EngineIds
  readonly taskKey: string
  readonly pointer: string
  /** What it waits for is proved at the place where the document says it. */
  readonly isDependent: boolean
}

export interface Compiled {
  readonly document: WorkflowDocument
  readonly definition: EngineDefinition
  readonly bindings: Bindings
}

/**
 * Ids and codes that stand in a document as they are, without a name that was resolved. The engine
 * checks none: one that it does not have is an issue, any other is said, for it means something else
 * in another environment.
 */
export async function proveRawIds(
  connected: {
    readonly engine: Engine
    readonly compiler: EngineCompiler
    readonly environment: Environment
  },
  compiled: Compiled,
  options: CallOptions,
): Promise<Proof> {
  const tasks = tasksOf(connected.compiler, compiled)
  const raw = rawIdsOf(tasks, compiled.bindings)
  const foreign = foreignItemsOf(compiled.document)
  const proofs = [
    await proveForeignItems(connected.engine, foreign, options),
    await proveWorkflowUses(connected, { uses: usesOf(tasks), ...compiled }, options),
  ]
  for (const kind of new Set(raw.map((each) => each.kind))) {
    const ofKind = raw.filter((each) => each.kind === kind)
    const ids = ofKind.map(({ id }) => id)
    const looks = await lookForIds(kind, ids, connected, options)
    proofs.push(...ofKind.map((each) => judge(each, looks.get(each.id) ?? 'missing')))
  }
  return {
    issues: proofs.flatMap(({ issues }) => issues),
    warnings: proofs.flatMap(({ warnings }) => warnings),
  }
}

const HOW: Readonly<Record<Exclude<Look, 'missing'>, string>> = {
  there: ' as the engine does',
  hidden: ", which the token's user may not see",
  unknown: ', which is not looked up',
}

function judge({ kind, id, taskKey, pointer }: RawId, look: Look): Proof {
  const what = `${kind.replace('_', ' ')} ${id}`
  if (look !== 'missing')
    return { issues: [], warnings: [`task "${taskKey}" names ${what}${HOW[look]}, not by a name`] }
  const message = kind === 'task' ? `no task here is "${id}"` : `the engine has no ${what}`
  return { issues: [{ pointer, code: 'plan.unknown_name', message }], warnings: [] }
}

function tasksOf(
  compiler: EngineCompiler,
  { document, definition, bindings }: Compiled,
): readonly CompiledTask[] {
  const indexes = new Map(document.tasks.map(({ key }, index) => [bindings.taskCodes[key], index]))
  return definition.tasks.map((task) => {
    const index = indexes.get(task.code) ?? 0
    return {
      ids: compiler.idsOf([{ ...definition, tasks: [task] }]),
      taskKey: document.tasks[index]?.key ?? task.name,
      pointer: `/tasks/${index}`,
      isDependent: document.tasks[index]?.type === 'dependent',
    }
  })
}

function rawIdsOf(tasks: readonly CompiledTask[], bindings: Bindings): readonly RawId[] {
  const named = idsOfNames(bindings)
  return tasks.flatMap(({ ids, taskKey, pointer }) =>
    idsByKind(ids).flatMap(([kind, found]) =>
      found.filter((id) => !named[kind].has(id)).map((id) => ({ kind, id, taskKey, pointer })),
    ),
  )
}

function usesOf(tasks: readonly CompiledTask[]) {
  return tasks.flatMap(({ ids, taskKey, pointer, isDependent }) =>
    isDependent ? [] : ids.workflowUses.map((use: WorkflowUse) => ({ ...use, taskKey, pointer })),
  )
}

function idsByKind(ids: EngineIds): readonly (readonly [RawKind, readonly string[]])[] {
  return [
    ['data_source', ids.dataSources.map(({ id }) => String(id))],
    ['environment', ids.environmentCodes],
    ['alert_group', ids.alertGroupIds.map(String)],
    ['task_group', ids.taskGroupIds.map(String)],
    ['resource', ids.resources.map(({ id, fullName }) => (id === null ? fullName : String(id)))],
    ['udf_function', ids.udfFunctionIds],
    ['task', ids.tasks],
  ]
}

function idsOfNames(bindings: Bindings): Readonly<Record<RawKind, ReadonlySet<string>>> {
  const texts = (values: Readonly<Record<string, string | number>>): ReadonlySet<string> =>
    new Set(Object.values(values).map(String))
  return {
    data_source: new Set(Object.values(bindings.dataSources).map(({ id }) => String(id))),
    environment: texts(bindings.environmentCodes),
    alert_group: texts(bindings.alertGroupIds),
    task_group: texts(bindings.taskGroupIds),
    task: texts(bindings.taskCodes),
    udf_function: new Set(),
    resource: new Set(
      Object.values(bindings.resources).map(({ id, fullName }) =>
        id === null ? fullName : String(id),
      ),
    ),
  }
}
