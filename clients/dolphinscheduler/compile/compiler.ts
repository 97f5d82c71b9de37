import type { EngineCompiler } from '#src/engine/engine.ts'
import type { Dialect } from '../dialects/dialect.ts'
import { compileDocument } from './compile.ts'
import { findTooLarge } from '../wire/too-large.ts'
import { decompileDefinition } from './decompile.ts'
import { findRefused } from './find-refused.ts'
import { idsOf } from './ids-of.ts'
import { keysByCode } from './task-keys.ts'

export function createDolphinCompiler(dialect: Dialect): EngineCompiler {
  return {
    compile: (document, bindings) => compileDocument(document, bindings, dialect),
    taskCodesOf: ({ tasks }) =>
      Object.fromEntries([...keysByCode(tasks, {})].map(([code, key]) => [key, code])),
    decompile: (definition, bindings) => decompileDefinition(definition, bindings, dialect),
    idsOf,
    findRefused: (definition) => findRefused(definition, dialect),
    findTooLarge: (save) => findTooLarge(save, dialect),
  }
}
