import type { Rules } from '../families.ts'
import { createAccess } from './access.ts'
import type { Access } from './access.ts'
import { createEventQueue } from './event-queue.ts'
import type { EventQueue } from './event-queue.ts'
import type { Definition, Instance, Project, Schedule, TaskRun } from './model.ts'
import { createTimeline } from './timeline.ts'
import type { Timeline } from './timeline.ts'
import { createTroubles } from './trouble.ts'
import type { Troubles } from './trouble.ts'

/** 3.1 knows one, which is for all. */
export type ProjectGrant = 'read' | 'all'

/** Everything of one project, found by what requests ask for. */
export interface ProjectSpace {
  readonly project: Project
  /** Users that it was granted to, by id. */
  readonly grants: Map<number, ProjectGrant>
  readonly definitions: Map<string, Definition>
  readonly codesByName: Map<string, string>
  readonly schedules: Map<number, Schedule>
  readonly instances: Timeline<Instance>
  readonly instancesByDefinition: Map<string, Timeline<Instance>>
  readonly taskRuns: Timeline<TaskRun>
}

/** The admin's own. */
export interface DataSource {
  readonly id: number
  readonly name: string
  readonly type: string
  /** Ids of users that it was granted to. */
  readonly grants: Set<number>
}

/** A file of the resource centre, by its path below the root. */
export interface Resource {
  readonly id: number
  readonly path: string
}

export interface World {
  readonly rules: Rules
  readonly tenant: string
  /** Of other people. */
  readonly otherTenants: Set<string>
  readonly access: Access
  readonly queue: EventQueue
  readonly spaces: Map<string, ProjectSpace>
  readonly projectCodesByName: Map<string, string>
  /** Of every project. */
  readonly definitions: Map<string, Definition>
  readonly instances: Map<number, Instance>
  readonly instanceIdsByTrigger: Map<string, number>
  readonly taskRuns: Map<number, TaskRun>
  readonly workerGroups: Set<string>
  readonly troubles: Troubles
  readonly dataSources: DataSource[]
  readonly taskGroups: { readonly id: number; readonly name: string }[]
  readonly resources: Resource[]
  readonly environments: {
    readonly id: number
    readonly code: number
    readonly name: string
    readonly workerGroups: readonly string[]
  }[]
  /** The next id of a table. */
  nextId(table: string): number
  nextCode(): string
  /** Lets everything happen that is due. */
  advance(now: number): void
}

/** Like the engine's: milliseconds in the high bits leave room for a double. */
const FIRST_CODE = 190_000_000_000_000
const CODE_STEP = 64
/** Two engines never make the same code. */
const WORLD_STEP = 1_000_000 * CODE_STEP
let worlds = 0

export function createWorld(rules: Rules, tenant: string): World {
  const ids = new Map<string, number>()
  const firstCode = FIRST_CODE + worlds++ * WORLD_STEP
  const queue = createEventQueue()
  const nextId = (table: string): number => {
    const id = (ids.get(table) ?? 0) + 1
    ids.set(table, id)
    return id
  }
  return {
    rules,
    tenant,
    otherTenants: new Set(),
    access: createAccess(rules.userZone),
    queue,
    spaces: new Map(),
    projectCodesByName: new Map(),
    definitions: new Map(),
    instances: new Map(),
    instanceIdsByTrigger: new Map(),
    taskRuns: new Map(),
    workerGroups: new Set(['default']),
    troubles: createTroubles(),
    dataSources: [],
    taskGroups: [],
    resources: [],
    environments: [],
    nextId,
    nextCode: () => String(firstCode + nextId('code') * CODE_STEP),
    advance: (now) => {
      for (let event = queue.takeDue(now); event; event = queue.takeDue(now)) {
        event.happen(event.at)
      }
    },
  }
}

export function createSpace(project: Project): ProjectSpace {
  return {
    project,
    grants: new Map(),
    definitions: new Map(),
    codesByName: new Map(),
    schedules: new Map(),
    instances: instanceTimeline(),
    instancesByDefinition: new Map(),
    taskRuns: createTimeline<TaskRun>({ timeOf: ({ startAt }) => startAt, idOf: ({ id }) => id }),
  }
}

export function instanceTimeline(): Timeline<Instance> {
  return createTimeline<Instance>({ timeOf: ({ startTime }) => startTime, idOf: ({ id }) => id })
}
