import type { WorkflowDocument } from '../definition/document.ts'
import type { EngineDefinition } from '../engine/definition.ts'
import type { Bindings, CallOptions, Engine, EngineCompiler } from '../engine/engine.ts'
import type { EngineIds } from '../engine/ids.ts'
import type { Environment } from '../environments/environment.ts'
import type { Issue } from '../lib/errors.ts'
import { foreignItemsOf, proveForeignItems } from './foreign-workflows.ts'

type Kind = 'data_source' | 'environment' | 'alert_group' | 'task_group' | 'workflow' | 'resource'

interface RawId {
  readonly kind: Kind
  readonly id: string
  readonly taskKey: string
  readonly pointer: string
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
): Promise<{ readonly issues: readonly Issue[]; readonly warnings: readonly string[] }> {
  const foreign = foreignItemsOf(compiled.document)
  const told = new Set(foreign.map(({ code }) => code))
  const raw = rawIdsOf(connected.compiler, compiled).filter(
    ({ kind, id }) => kind !== 'workflow' || !told.has(id),
  )
  const proved = await proveForeignItems(connected.engine, foreign, options)
  const issues = [...proved.issues]
  const warnings = [...proved.warnings]
  for (const kind of new Set(raw.map((each) => each.kind))) {
    const there = await idsThere(kind, connected, options)
    for (const { id, taskKey, pointer } of raw.filter((each) => each.kind === kind)) {
      const what = `${kind.replace('_', ' ')} ${id}`
      if (there === null || there.has(id))
        warnings.push(`task "${taskKey}" names ${what} as the engine does, not by a name`)
      else issues.push({ pointer, code: 'plan.unknown_name', message: `the engine has no ${what}` })
    }
  }
  return { issues, warnings }
}

function rawIdsOf(
  compiler: EngineCompiler,
  { document, definition, bindings }: Compiled,
): readonly RawId[] {
  const named = idsOfNames(bindings)
  const indexes = new Map(document.tasks.map(({ key }, index) => [bindings.taskCodes[key], index]))
  return definition.tasks.flatMap((task) => {
    const index = indexes.get(task.code) ?? 0
    const ids = idsByKind(compiler.idsOf([{ ...definition, tasks: [task] }]))
    return ids.flatMap(([kind, found]) =>
      found
        .filter((id) => !named[kind].has(id))
        .map((id) => ({
          kind,
          id,
          taskKey: document.tasks[index]?.key ?? task.name,
          pointer: `/tasks/${index}`,
        })),
    )
  })
}

function idsByKind(ids: EngineIds): readonly (readonly [Kind, readonly string[]])[] {
  return [
    ['data_source', ids.dataSources.map(({ id }) => String(id))],
    ['environment', ids.environmentCodes],
    ['alert_group', ids.alertGroupIds.map(String)],
    ['task_group', ids.taskGroupIds.map(String)],
    ['workflow', [...ids.workflows.keys()]],
    ['resource', ids.resources.map(({ id, fullName }) => (id === null ? fullName : String(id)))],
  ]
}

function idsOfNames(bindings: Bindings): Readonly<Record<Kind, ReadonlySet<string>>> {
  const texts = (values: Readonly<Record<string, string | number>>): ReadonlySet<string> =>
    new Set(Object.values(values).map(String))
  return {
    data_source: new Set(Object.values(bindings.dataSources).map(({ id }) => String(id))),
    environment: texts(bindings.environmentCodes),
    alert_group: texts(bindings.alertGroupIds),
    task_group: texts(bindings.taskGroupIds),
    workflow: texts(bindings.workflowCodes),
    resource: new Set(
      Object.values(bindings.resources).map(({ id, fullName }) =>
        id === null ? fullName : String(id),
      ),
    ),
  }
}

/** null: there is no list of them, as of workflows in projects of others. */
async function idsThere(
  kind: Kind,
  { engine, environment }: { readonly engine: Engine; readonly environment: Environment },
  options: CallOptions,
): Promise<ReadonlySet<string> | null> {
  switch (kind) {
    case 'data_source':
      return new Set((await engine.listDataSources(options)).map(({ id }) => String(id)))
    case 'environment':
      return new Set((await engine.listEnvironments(options)).map(({ code }) => code))
    case 'alert_group':
      return new Set((await engine.listAlertGroups(options)).map(({ id }) => String(id)))
    case 'task_group': {
      const groups = await engine.listTaskGroups(environment.projectCode, options)
      return new Set(groups.map(({ id }) => String(id)))
    }
    case 'workflow':
    case 'resource':
      return null
  }
}
