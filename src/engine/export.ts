import type { EngineFamily } from './catalog.ts'
import type { EngineCode, LiveDefinition, LiveSchedule } from './definition.ts'

/** Something of an exported file that a read definition has no place for. */
export interface LeftOut {
  /** Into the file. */
  readonly pointer: string
  readonly message: string
}

/** One definition of an exported file; every id and code is one of the installation that wrote it. */
export interface ExportedDefinition {
  readonly projectCode: EngineCode
  readonly live: LiveDefinition
  readonly schedule: LiveSchedule | null
  readonly leftOut: readonly LeftOut[]
}

/** What a file says that the engine's own export wrote. */
export interface EngineExport {
  readonly family: EngineFamily
  readonly items: readonly ExportedDefinition[]
}

export interface ReadExportOptions {
  /** Missing: told from the file. */
  readonly family?: EngineFamily | undefined
  /** Zone of the server that wrote the file: its dates name none. */
  readonly timeZone: string
}
