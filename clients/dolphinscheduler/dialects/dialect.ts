import type { EngineFamily } from '#src/engine/catalog.ts'
import type { StartReceipt } from '#src/engine/run.ts'

/** Everything in which one family differs from another. */
export interface Dialect {
  readonly family: EngineFamily
  readonly paths: {
    readonly definitions: string
    readonly instances: string
    readonly start: string
    readonly alertGroups: string
  }
  readonly params: {
    readonly definitionCode: string
    readonly instanceId: string
    readonly instancePriority: string
    /** The instance list has a name of its own for the same thing up to 3.2. */
    readonly instanceListDefinition: string
  }
  /** Field names of answers up to 3.2 and what they are called since. */
  readonly renamedFields: Readonly<Record<string, string>>
  /** Where the tenant goes: on the definition, or on each start and schedule. */
  readonly tenantOn: 'definition' | 'start'
  readonly hasProjectWorkerGroups: boolean
  /** A project is granted for reading or for all; before, any grant is for all. */
  readonly hasProjectLevels: boolean
  readonly hasTriggerCodes: boolean
  /** `rows`: files have ids; `paths`: they are what lies in the storage. */
  readonly resources: 'rows' | 'paths'
  readonly hasTaskCache: boolean
  readonly subWorkflow: { readonly type: string; readonly codeField: string }
  readonly http: HttpDialect
  /** Refusal codes of a command that only say "not in this state". */
  readonly commandConflictCodes: readonly number[]
  readReceipt(data: unknown): StartReceipt | null
  /** From the instance's `commandParam`, the only place that survives every rerun. */
  readStartParams(commandParam: unknown): Readonly<Record<string, string>>
}

interface HttpDialect {
  /** `params`: 3.1 has no body text, only a flat JSON object made of BODY parameters. */
  readonly body: 'params' | 'text'
  /** Needed up to 3.2, unknown since. */
  readonly socketTimeoutMs: number | null
}
