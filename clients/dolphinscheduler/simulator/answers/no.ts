import { DEFINITION_NO } from './no-definition.ts'
import { PROJECT_NO } from './no-project.ts'
import { RUN_NO } from './no-run.ts'

export const NO = { ...PROJECT_NO, ...DEFINITION_NO, ...RUN_NO } as const
