import type { Dialect } from './dialect.ts'
import { v33 } from './v33.ts'

/** For the calls that are made here 3.4 speaks as 3.3 does; its refusals differ in words only. */
export const v34: Dialect = { ...v33, family: '3.4' }
