import type { EngineFamily } from '#src/engine/catalog.ts'

/** In what the simulated families differ. Said here again, so that a slip of the client shows. */
export interface Rules {
  readonly family: EngineFamily
  /** Zone of the server's process. */
  readonly serverZone: string
  /** Zone of whoever asks: all dates but a schedule's start and end are in it. */
  readonly userZone: string
  /** `process` or `workflow`, in paths, fields and messages. */
  readonly word: 'process' | 'workflow'
  readonly listFilter: string
  readonly versionText: string | null
  readonly tenantOn: 'definition' | 'start'
  /** How long a command lies before the master takes it. */
  readonly commandMs: number
  /** A start makes its instance at once, which then waits for the master. */
  readonly isStartDirect: boolean
  readonly doesRerunMoveStart: boolean
  readonly doesDeleteTakeInstances: boolean
  readonly doesStopWaver: boolean
  readonly needsIsCache: boolean
  readonly isOneScheduleEach: boolean
  readonly hasDoubleNamesRefused: boolean
  readonly hasBlankParamsRefused: boolean
}

const old = {
  serverZone: 'UTC',
  userZone: 'UTC',
  word: 'process',
  listFilter: 'processDefineCode',
  commandMs: 300,
  isStartDirect: false,
  doesRerunMoveStart: true,
  hasDoubleNamesRefused: false,
  hasBlankParamsRefused: false,
} as const
const recent = {
  serverZone: 'UTC',
  userZone: 'UTC',
  word: 'workflow',
  listFilter: 'workflowDefinitionCode',
  tenantOn: 'start',
  commandMs: 300,
  isStartDirect: true,
  doesRerunMoveStart: false,
  doesDeleteTakeInstances: true,
  doesStopWaver: false,
  needsIsCache: false,
  isOneScheduleEach: true,
} as const

export const RULES: Readonly<Record<EngineFamily, Rules>> = {
  '3.1': {
    ...old,
    family: '3.1',
    versionText: null,
    tenantOn: 'definition',
    doesDeleteTakeInstances: false,
    doesStopWaver: false,
    needsIsCache: false,
    isOneScheduleEach: false,
  },
  '3.2': {
    ...old,
    family: '3.2',
    versionText: '3.3.0',
    tenantOn: 'start',
    doesDeleteTakeInstances: true,
    doesStopWaver: true,
    needsIsCache: true,
    isOneScheduleEach: true,
  },
  '3.3': {
    ...recent,
    family: '3.3',
    versionText: '3.3.2',
    hasDoubleNamesRefused: false,
    hasBlankParamsRefused: false,
  },
  '3.4': {
    ...recent,
    family: '3.4',
    versionText: '3.4.2',
    hasDoubleNamesRefused: true,
    hasBlankParamsRefused: true,
  },
}
