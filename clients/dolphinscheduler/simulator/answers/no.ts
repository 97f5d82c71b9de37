import { DEFINITION_NO } from './no-definition.ts'
import { RUN_NO } from './no-run.ts'

export const NO = { ...DEFINITION_NO, ...RUN_NO } as const
