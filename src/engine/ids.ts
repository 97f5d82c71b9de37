import type { CatalogDataSource, EngineResource } from './catalog.ts'
import type { EngineCode } from './definition.ts'

/** What definitions name by ids of their own installation, each once. */
export interface EngineIds {
  readonly dataSources: readonly Pick<CatalogDataSource, 'id' | 'type'>[]
  readonly environmentCodes: readonly EngineCode[]
  readonly alertGroupIds: readonly number[]
  readonly taskGroupIds: readonly number[]
  readonly resources: readonly EngineResource[]
  /** Functions of Hive; no catalog lists them. */
  readonly udfFunctionIds: readonly string[]
  /** Tasks of its own that a definition leads to, as it says them: codes, or what is none. */
  readonly tasks: readonly string[]
  /** Other workflows, with those of their tasks that are waited for. */
  readonly workflows: ReadonlyMap<EngineCode, readonly EngineCode[]>
  /** The same, one by one as tasks say them. */
  readonly workflowUses: readonly WorkflowUse[]
}

export interface WorkflowUse {
  /** null: nothing is said of it; a workflow that is run by another is found by its code alone. */
  readonly projectCode: EngineCode | null
  readonly code: EngineCode
  /** null: the whole workflow. */
  readonly taskCode: EngineCode | null
}
