import type { CallOptions, Engine } from '../engine/engine.ts'
import { isRefusal } from '../engine/outcome.ts'
import type { EngineRight, ProjectAccess } from '../engine/rights.ts'
import { isAppError } from '../lib/errors.ts'
import { WITHOUT, type Right, type Rights } from './rights.ts'

/** Each file costs a call or two, so that a large project is not looked through to its end. */
const FILES_AT_MOST = 50
/** No such file: the answer tells whether one could be seen. */
const ANY_FILE = 'slipway-probe'

interface Finding {
  readonly isMissing: boolean
  readonly right: Right
}

/** What the token's user may not read of the installation. Every call is a read. */
export async function findClusterRights(engine: Engine, options: CallOptions): Promise<Rights> {
  return sorted([
    await refusalOf(engine, 'tenant.list', () => engine.listTenants(options)),
    await refusalOf(engine, 'worker_group.list', () => engine.listWorkerGroups(null, options)),
    await refusalOf(engine, 'environment.list', () => engine.listEnvironments(options)),
    await refusalOf(engine, 'alert_group.list', () => engine.listAlertGroups(options)),
    await refusalOf(engine, 'data_source.list', () => engine.listDataSources(options)),
    await refusalOf(engine, 'resource.list', () => engine.findResource(ANY_FILE, options)),
  ])
}

export interface ProjectUse {
  readonly projectCode: string
  /** Names that workflows of the environment use, as the engine has them. */
  readonly dataSources: readonly string[]
  readonly resources: readonly string[]
}

/** What the token's user may not do in one project, and with what is used there. */
export async function findProjectRights(
  engine: Engine,
  use: ProjectUse,
  options: CallOptions,
): Promise<Rights> {
  const { projectCode } = use
  const access = await engine.readProjectAccess(projectCode, options)
  const touched = accessFindings(engine, access)
  // Whoever does not see the project is refused all that is in it for that reason alone.
  const inside =
    access === 'none'
      ? []
      : [
          await refusalOf(engine, 'worker_group.list', () =>
            engine.listWorkerGroups(projectCode, options),
          ),
          await refusalOf(engine, 'task_group.list', () =>
            engine.listTaskGroups(projectCode, options),
          ),
        ]
  return sorted([
    ...touched,
    ...inside,
    await unseenDataSources(engine, use.dataSources, options),
    ...(await unseenFiles(engine, use.resources, options)),
  ])
}

function accessFindings(engine: Engine, access: ProjectAccess): readonly Finding[] {
  const find = (right: EngineRight, isMissing: boolean) => finding(engine, right, { isMissing })
  switch (access) {
    case 'none':
      return [find('project.read', true), find('project.write', true)]
    case 'read':
      return [find('project.write', true)]
    case 'unknown':
      return [find('project.write', false)]
    case 'write':
      return []
  }
}

async function refusalOf(
  engine: Engine,
  right: EngineRight,
  ask: () => Promise<unknown>,
): Promise<Finding | null> {
  try {
    await ask()
    return null
  } catch (error) {
    if (!isAppError(error) || !isRefusal(error)) throw error
    if (error.code === 'engine.unauthenticated') throw error
    const isMissing = error.code === 'engine.forbidden'
    return finding(engine, right, { isMissing, engineSaid: error.message })
  }
}

/** Granted or not there: to a general user the engine does not tell the two apart. */
async function unseenDataSources(
  engine: Engine,
  names: readonly string[],
  options: CallOptions,
): Promise<Finding | null> {
  if (names.length === 0) return null
  let unseen: readonly string[] = []
  const refused = await refusalOf(engine, 'data_source.use', async () => {
    const seen = new Set((await engine.listDataSources(options)).map(({ name }) => name))
    unseen = names.filter((name) => !seen.has(name))
  })
  // Which of them may be used is not known when the list is refused; that is said of the list.
  if (refused) return finding(engine, 'data_source.use', { isMissing: false, names })
  if (unseen.length === 0) return null
  return finding(engine, 'data_source.use', { isMissing: true, names: unseen })
}

async function unseenFiles(
  engine: Engine,
  names: readonly string[],
  options: CallOptions,
): Promise<readonly (Finding | null)[]> {
  const unseen: string[] = []
  const untold = names.slice(FILES_AT_MOST)
  for (const name of names.slice(0, FILES_AT_MOST)) {
    const refused = await refusalOf(engine, 'resource.use', async () => {
      if ((await engine.findResource(name, options)) === null) unseen.push(name)
    })
    if (refused) (refused.isMissing ? unseen : untold).push(name)
  }
  return [
    unseen.length > 0 ? finding(engine, 'resource.use', { isMissing: true, names: unseen }) : null,
    untold.length > 0 ? finding(engine, 'resource.use', { isMissing: false, names: untold }) : null,
  ]
}

function finding(
  engine: Engine,
  right: EngineRight,
  said: {
    readonly isMissing: boolean
    readonly names?: readonly string[]
    readonly engineSaid?: string
  },
): Finding {
  return {
    isMissing: said.isMissing,
    right: {
      right,
      without_it: WITHOUT[right],
      how_to_grant: engine.remedyFor(right),
      names: [...(said.names ?? [])],
      engine_said: said.engineSaid ?? null,
    },
  }
}

function sorted(findings: readonly (Finding | null)[]): Rights {
  const found = findings.filter((each) => each !== null)
  return {
    missing_rights: found.filter((each) => each.isMissing).map(({ right }) => right),
    unknown_rights: found.filter((each) => !each.isMissing).map(({ right }) => right),
  }
}
