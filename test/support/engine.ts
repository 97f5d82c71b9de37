import type { EngineDefinition } from '#src/engine/definition.ts'
import type { DefinitionRef, Engine, EngineFactory } from '#src/engine/engine.ts'
import type { Installation } from './installation.ts'

/** The engine itself, past everything that Slipway keeps. */
export function engineOf(installation: Installation): Engine {
  return connectionOf(installation).engine
}

export function connectionOf({
  deps,
  simulator,
}: Installation): ReturnType<EngineFactory['connect']> {
  return deps.factory.connect({
    baseUrl: 'http://x/dolphinscheduler',
    uiUrl: '',
    token: simulator.token,
    serverTimeZone: 'UTC',
    userTimeZone: 'UTC',
    family: simulator.family,
  })
}

/** Somebody changes a definition on the engine's own pages; online again where it was. */
export async function editDefinition(
  installation: Installation,
  at: DefinitionRef,
  change: (definition: EngineDefinition) => EngineDefinition,
): Promise<void> {
  const engine = engineOf(installation)
  const options = { signal: AbortSignal.timeout(10_000) }
  const live = await engine.findDefinition(at, options)
  if (!live) throw new Error('there is nothing to change')
  await engine.setDefinitionOffline(at, options)
  await engine.updateDefinition(
    {
      ...at,
      definition: change(live.definition),
      layout: {},
      tenant: installation.simulator.tenant,
      taskVersions: live.taskVersions,
    },
    options,
  )
  if (live.isOnline) await engine.setDefinitionOnline(at, options)
}
