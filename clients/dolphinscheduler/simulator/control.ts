import { must } from '#src/lib/must.ts'
import type { Clock } from '#src/lib/time.ts'
import { userControl } from './control-users.ts'
import type { UserControl } from './control-users.ts'
import type { Fault, Faults } from './faults.ts'
import { readStart } from './routes/executors.ts'
import { failInstance, pauseInstance, removeInstance, stopInstance } from './state/interrupt.ts'
import type { Instance } from './state/model.ts'
import { beginAgain, createInstance } from './state/runs.ts'
import type { Place } from './state/runs.ts'
import type { TaskTrouble } from './state/trouble.ts'
import type { World } from './state/world.ts'

/** What somebody does on the engine itself, and what goes wrong with it. */
export interface SimulatorControl extends UserControl {
  failNext(fault: Fault): void
  /** The next tries of a task of that name fail or never end. */
  troubleNext(trouble: TaskTrouble): void
  clearFaults(): void
  /** Connections are refused while it is down; runs and schedules stand still. */
  setDown(isDown: boolean): void
  /** Somebody starts it on the engine's own pages; answers the instance's id. */
  startInstance(definitionCode: string, params?: Readonly<Record<string, string>>): number
  /** Takes the definition offline and leaves its schedule as it is, as every family does. */
  switchVersion(definitionCode: string, version: number): void
  /** Makes a running instance fail now. */
  failInstance(instanceId: number): void
  stopInstance(instanceId: number): void
  pauseInstance(instanceId: number): void
  rerun(instanceId: number): void
  /** The engine's own clean-up of its history. */
  purgeInstance(instanceId: number): void
  addWorkerGroup(name: string): void
  addTenant(name: string): void
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
    switchVersion: (code, version) => switchVersion(world, { code, version }, at()),
    failInstance: (id) => failInstance(world, instanceOf(id), at()),
    stopInstance: (id) => stopInstance(world, instanceOf(id), at()),
    pauseInstance: (id) => pauseInstance(world, instanceOf(id), at()),
    rerun: (id) => {
      const instance = instanceOf(id)
      beginAgain(placeOf(instance), instance, { command: 'REPEAT_RUNNING', now: at() })
    },
    purgeInstance: (id) => removeInstance(world, instanceOf(id)),
    ...userControl(world),
    addWorkerGroup: (name) => {
      world.workerGroups.add(name)
    },
    addTenant: (name) => {
      world.otherTenants.add(name)
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

function switchVersion(
  world: World,
  { code, version }: { readonly code: string; readonly version: number },
  now: number,
): void {
  const definition = must(world.definitions.get(code), `definition ${code} of the simulator`)
  const content = definition.versions.find((each) => each.version === version)
  definition.content = must(content, `its version ${version}`)
  definition.isOnline = false
  definition.updatedAt = now
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
