import type { DemoEngine } from './engine.ts'
import type { Installation } from './set-up.ts'

/** Leaves a foreign engine as it was: definitions offline and deleted, then the demo's projects. */
export async function removeProjects(
  engine: DemoEngine,
  { environments }: Installation,
): Promise<void> {
  const { createDolphinFactory } = await import('#clients/dolphinscheduler/factory.ts')
  const options = { signal: AbortSignal.timeout(60_000) }
  const factory = createDolphinFactory({ fetch, now: () => new Date() })
  const address = {
    baseUrl: engine.url,
    uiUrl: engine.uiUrl,
    token: engine.token,
    serverTimeZone: 'UTC',
    userTimeZone: 'UTC',
  }
  const { engine: client } = factory.connect({
    ...address,
    family: await factory.detectFamily(address, options),
  })
  for (const { project_code: projectCode } of environments) {
    for (const { code } of await client.listDefinitions(projectCode, options)) {
      await client.setDefinitionOffline({ projectCode, code }, options)
      await client.deleteDefinition({ projectCode, code }, options)
    }
    await client.deleteProject(projectCode, options)
  }
}
