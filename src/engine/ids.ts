import type { CatalogDataSource, EngineResource } from './catalog.ts'
import type { EngineCode } from './definition.ts'

/** What definitions name by ids of their own installation, each once. */
export interface EngineIds {
  readonly dataSources: readonly Pick<CatalogDataSource, 'id' | 'type'>[]
  readonly environmentCodes: readonly EngineCode[]
  readonly alertGroupIds: readonly number[]
  readonly taskGroupIds: readonly number[]
  readonly resources: readonly EngineResource[]
  /** Other workflows, with those of their tasks that are waited for. */
  readonly workflows: ReadonlyMap<EngineCode, readonly EngineCode[]>
}
