import type { EngineCompiler } from '#src/engine/engine.ts'
import type { Dialect } from '../dialects/dialect.ts'
import { compileDocument } from './compile.ts'
import { decompileDefinition } from './decompile.ts'

export function createDolphinCompiler(dialect: Dialect): EngineCompiler {
  return {
    compile: (document, bindings) => compileDocument(document, bindings, dialect),
    decompile: (definition, bindings) => decompileDefinition(definition, bindings, dialect),
  }
}
