import { must } from '#src/lib/must.ts'
import type { Clock } from '#src/lib/time.ts'
import type { Fault, Faults } from './faults.ts'
import { readStart } from './routes/executors.ts'
import { failInstance, pauseInstance, removeInstance, stopInstance } from './state/interrupt.ts'
import type { Instance } from './state/model.ts'
import { beginAgain, createInstance } from './state/runs.ts'
import type { Place } from './state/runs.ts'
import type { User } from './state/access.ts'
import type { TaskTrouble } from './state/trouble.ts'
import type { ProjectGrant, ProjectSpace, World } from './state/world.ts'

export interface NewUser {
  /** UTC when not given. */
  readonly timeZone?: string
  readonly isAdmin?: boolean
  /** Of the token; never when not given. */
  readonly expiresAt?: Date
}

/** What somebody does on the engine itself, and what goes wrong with it. */
export interface SimulatorControl {
  failNext(fault: Fault): void
  /** The next tries of a task of that name fail or never end. */
  troubleNext(trouble: TaskTrouble): void
  clearFaults(): void
  /** Connections are refused while it is down; runs and schedules stand still. */
  setDown(isDown: boolean): void
  /** Somebody starts it on the engine's own pages; answers the instance's id. */
  startInstance(definitionCode: string, params?: Readonly<Record<string, string>>): number
  /** Makes a running instance fail now. */
  failInstance(instanceId: number): void
  stopInstance(instanceId: number): void
  pauseInstance(instanceId: number): void
  rerun(instanceId: number): void
  /** The engine's own clean-up of its history. */
  purgeInstance(instanceId: number): void
  /** Another user, without any project; answers a token. */
  addUser(name: string, user?: NewUser): string
  /**
   * The user may read and change the project, but delete only what is the user's own. With `read`,
   * which 3.1 does not know, saving a definition is refused, releasing one is not.
   */
  grantProject(userName: string, projectCode: string, grant?: ProjectGrant): void
  revokeProject(userName: string, projectCode: string): void
  grantDataSource(userName: string, dataSourceId: number): void
  addWorkerGroup(name: string): void
  addDataSource(name: string, type: string): number
  /** Names may repeat, as on the engine. */
  addTaskGroup(name: string): number
  /** A file, by its path below the tenant's root: `jars/etl.jar`. */
  addResource(path: string): void
  addEnvironment(name: string, workerGroups?: readonly string[]): string
}

export function createControl(world: World, now: Clock, faults: Faults): SimulatorControl {
  const at = (): number => {
    const ms = now().getTime()
    world.advance(ms)
    return ms
  }
  const instanceOf = (id: number): Instance =>
    must(world.instances.get(id), `instance ${id} of the simulator`)
  const userOf = (name: string): User =>
    must(world.access.findUser(name), `user ${name} of the simulator`)
  const spaceOf = (code: string): ProjectSpace =>
    must(world.spaces.get(code), `project ${code} of the simulator`)
  const placeOf = (instance: Instance): Place => ({
    world,
    space: must(world.spaces.get(instance.projectCode), 'its project'),
  })
  return {
    failNext: (fault) => faults.add(fault),
    troubleNext: (trouble) => world.troubles.add(trouble),
    clearFaults: () => {
      faults.clear()
      world.troubles.clear()
    },
    setDown: (isDown) => faults.setDown(isDown),
    startInstance: (code, params = {}) => startInstance(world, { code, params }, at()),
    failInstance: (id) => failInstance(world, instanceOf(id), at()),
    stopInstance: (id) => stopInstance(world, instanceOf(id), at()),
    pauseInstance: (id) => pauseInstance(world, instanceOf(id), at()),
    rerun: (id) => {
      const instance = instanceOf(id)
      beginAgain(placeOf(instance), instance, { command: 'REPEAT_RUNNING', now: at() })
    },
    purgeInstance: (id) => removeInstance(world, instanceOf(id)),
    addUser: (name, user = {}) => addUser(world, name, user),
    grantProject: (userName, projectCode, grant = 'all') => {
      if (grant === 'read' && world.rules.family === '3.1') {
        throw new Error('3.1 grants a project for all or not at all')
      }
      spaceOf(projectCode).grants.set(userOf(userName).id, grant)
    },
    revokeProject: (userName, projectCode) => {
      spaceOf(projectCode).grants.delete(userOf(userName).id)
    },
    grantDataSource: (userName, dataSourceId) => {
      const found = world.dataSources.find(({ id }) => id === dataSourceId)
      must(found, `data source ${dataSourceId} of the simulator`).grants.add(userOf(userName).id)
    },
    addWorkerGroup: (name) => {
      world.workerGroups.add(name)
    },
    addDataSource: (name, type) => {
      const id = world.nextId('data-source')
      world.dataSources.push({ id, name, type, grants: new Set() })
      return id
    },
    addTaskGroup: (name) => {
      const id = world.nextId('task-group')
      world.taskGroups.push({ id, name })
      return id
    },
    addResource: (path) => {
      world.resources.push({ id: world.nextId('resource'), path })
    },
    addEnvironment: (name, workerGroups = []) => {
      const code = world.nextCode()
      const id = world.nextId('environment')
      world.environments.push({ id, code: Number(code), name, workerGroups })
      return code
    },
  }
}

function addUser(
  { access }: World,
  name: string,
  { timeZone = 'UTC', isAdmin = false, expiresAt }: NewUser,
): string {
  const user = access.addUser({ name, isAdmin, timeZone })
  const token = `token-of-${name}`
  access.addToken({ token, user, expiresAt: expiresAt?.getTime() ?? Number.POSITIVE_INFINITY })
  return token
}

function startInstance(
  world: World,
  { code, params }: { readonly code: string; readonly params: Readonly<Record<string, string>> },
  now: number,
): number {
  const space = [...world.spaces.values()].find(({ definitions }) => definitions.has(code))
  const place: Place = { world, space: must(space, `definition ${code} of the simulator`) }
  const definition = must(place.space.definitions.get(code), 'its definition')
  const form = new URLSearchParams({
    startParams: JSON.stringify(params),
    tenantCode: world.tenant,
  })
  const start = readStart({ rules: world.rules, params: form, user: world.access.admin })
  return createInstance(place, { definition, start, triggerCode: world.nextCode() }, now).id
}
