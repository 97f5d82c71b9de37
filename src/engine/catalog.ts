import type { EngineCode } from './definition.ts'

/** What exists on the engine by name. Never carries a password or an environment's content. */
export interface CatalogDataSource {
  readonly id: number
  readonly name: string
  /** The engine's type name, such as `MYSQL`. */
  readonly type: string
}

export interface CatalogEnvironment {
  readonly code: EngineCode
  readonly name: string
  readonly workerGroups: readonly string[]
}

export interface CatalogAlertGroup {
  readonly id: number
  readonly name: string
}

export interface CatalogTaskGroup {
  readonly id: number
  readonly name: string
}

/** A file of the resource centre. */
export interface EngineResource {
  /** 3.1 alone has ids. */
  readonly id: number | null
  /** As tasks name it where there are no ids: with the storage's own prefix. */
  readonly fullName: string
}

export interface EngineProject {
  readonly code: EngineCode
  readonly name: string
}

/** Whose token it is. */
export interface EngineUser {
  readonly name: string
  readonly isAdmin: boolean
}

/** What a probe found out; kept on the cluster. */
export interface EngineProbe {
  readonly family: EngineFamily
  /** What the server says of itself; 3.2.2 says 3.3.0, so it is shown and never decided on. */
  readonly versionText: string | null
  readonly userName: string
  readonly isAdmin: boolean
  /** Zone of this token's user, in which the engine reads and writes dates. */
  readonly userTimeZone: string
  /** Engine clock minus ours. */
  readonly skewMs: number
  readonly warnings: readonly string[]
}

export const ENGINE_FAMILIES = ['3.1', '3.2', '3.3', '3.4'] as const
export type EngineFamily = (typeof ENGINE_FAMILIES)[number]
