import type { Task } from '#src/definition/task.ts'
import type { EngineTask } from '#src/engine/definition.ts'
import type { Bindings } from '#src/engine/engine.ts'
import type { JsonObject, JsonValue } from '#src/lib/json.ts'
import type { Dialect } from '../dialects/dialect.ts'

/** What one task becomes on the engine. */
export interface CompiledParams {
  /** Newest spelling. */
  readonly type: string
  readonly params: JsonObject
}

export interface TaskContext {
  readonly dialect: Dialect
  readonly bindings: Bindings
  /** Notes a fault of this task; `field` is below the task. */
  readonly report: (
    field: string,
    fault: { readonly code: string; readonly message: string },
  ) => void
}

/** The fields of a document's task that belong to its kind. */
export type KindFields = Readonly<Record<string, JsonValue>>

/** How one kind of task is said in a document and on the engine. */
export interface TaskKind<T extends Task> {
  compile(task: T, context: TaskContext): CompiledParams
  /** null: this task says more than the kind can. */
  decompile(task: EngineTask, context: TaskContext): KindFields | null
}
