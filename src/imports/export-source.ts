import type { OrgDb } from '../db/database.ts'
import type { EngineFamily } from '../engine/catalog.ts'
import type { EngineDefinition } from '../engine/definition.ts'
import type { EngineExport } from '../engine/export.ts'
import { connectEnvironment, type ConnectDeps } from '../environments/connect-environment.ts'
import {
  EnvironmentDefaults,
  EnvironmentOverlay,
  type Environment,
} from '../environments/environment.ts'
import type { Call } from '../lib/call.ts'
import { AppError } from '../lib/errors.ts'
import { deployedCodes } from '../publishing/adopt-deployment.ts'
import type { DeployedCodes } from '../publishing/bind-names.ts'
import { BoundNames } from '../publishing/plan.ts'
import { readNames } from './engine-names.ts'

/** What is known of where a file was written. */
export interface ExportSource {
  readonly family: EngineFamily | undefined
  readonly timeZone: string
  readonly defaults: EnvironmentDefaults
  readonly overlay: EnvironmentOverlay
  /** Workflows of ours that are deployed there, by id. */
  readonly managed: ReadonlyMap<string, DeployedCodes>
  /** @throws AppError where the file comes from elsewhere: its ids would be taken for others. */
  assertWrote(file: EngineExport): void
  catalogFor(definitions: readonly EngineDefinition[]): Promise<BoundNames>
}

const UNKNOWN: ExportSource = {
  family: undefined,
  timeZone: 'UTC',
  defaults: EnvironmentDefaults.parse({}),
  overlay: EnvironmentOverlay.parse({}),
  managed: new Map(),
  assertWrote: () => undefined,
  catalogFor: async () => BoundNames.parse({}),
}

/** With an environment its engine's catalog is read; without one nothing is asked of any engine. */
export async function readExportSource(
  deps: ConnectDeps & { readonly callDeadlineMs: number },
  call: Call,
  db: OrgDb,
  idOrName: string | undefined,
): Promise<ExportSource> {
  if (idOrName === undefined) return UNKNOWN
  const connected = await connectEnvironment(deps, db, idOrName)
  const { environment, engine, serverTimeZone } = connected
  const { names, filesOf } = await readNames(connected, {
    signal: call.signal,
    deadlineMs: deps.callDeadlineMs,
  })
  return {
    family: engine.family,
    timeZone: serverTimeZone,
    defaults: environment.defaults,
    overlay: environment.overlay,
    managed: await deployedCodes(db, environment.environmentId),
    assertWrote: (file) => assertProject(file, environment),
    catalogFor: async (definitions) => ({ ...names, resources: await filesOf(definitions) }),
  }
}

function assertProject({ items }: EngineExport, { name, projectCode }: Environment): void {
  const other = items.find((item) => item.projectCode !== projectCode)
  if (!other) return
  throw new AppError('invalid', 'request.invalid', 'the file comes from somewhere else', {
    issues: [
      {
        pointer: '/environment',
        code: 'import.other_project',
        message: `"${name}" is the project ${projectCode}; the file holds "${other.live.definition.name}" of ${other.projectCode}`,
      },
    ],
  })
}
