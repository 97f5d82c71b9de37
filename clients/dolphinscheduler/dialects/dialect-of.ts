import type { EngineFamily } from '#src/engine/catalog.ts'
import type { Dialect } from './dialect.ts'
import { v31 } from './v31.ts'
import { v32 } from './v32.ts'
import { v33 } from './v33.ts'
import { v34 } from './v34.ts'

const DIALECTS: Readonly<Record<EngineFamily, Dialect>> = {
  '3.1': v31,
  '3.2': v32,
  '3.3': v33,
  '3.4': v34,
}

export function dialectOf(family: EngineFamily): Dialect {
  return DIALECTS[family]
}
