import type { Content, Instance, Parent, StartFields } from './model.ts'
import { nameTime } from './wire-time.ts'
import type { World } from './world.ts'

export interface NewInstance {
  readonly projectCode: string
  readonly definitionCode: string
  readonly content: Content
  readonly start: StartFields
  readonly triggerCode: string
  readonly parent: Parent | null
}

/** The row of an instance, before anything has run. */
export function newInstance(world: World, fields: NewInstance, at: number): Instance {
  const { content, start } = fields
  const { isStartDirect } = world.rules
  const version = isStartDirect ? '' : `-${content.version}`
  return {
    ...fields,
    id: world.nextId('instance'),
    name: `${content.name}${version}-${nameTime(at)}`,
    commandTime: at,
    startTime: at,
    restartTime: at,
    runTimes: 1,
    commandType: start.command,
    commandParam: null,
    history: [start.command],
    phases: isStartDirect
      ? [{ at, state: 'SUBMITTED_SUCCESS', desc: start.command }]
      : [{ at, state: 'RUNNING_EXECUTION', desc: 'init running' }],
    tasks: [],
  }
}
