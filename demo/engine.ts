import { join } from 'node:path'
import { serveSimulator } from '#clients/dolphinscheduler/simulator/serve.ts'
import type { EngineChoice } from './options.ts'
import type { EngineAccess } from './set-up.ts'
import { prepareStandalone } from './standalone/prepare-standalone.ts'
import { startStandalone } from './standalone/start-standalone.ts'

export interface DemoEngine extends EngineAccess {
  readonly name: string
  /** Somebody's own: its token is theirs to keep. */
  readonly isOwn: boolean
  stop(): Promise<void>
}

/** The engine that the demo publishes to: built in, real, or somebody's own. */
export async function startEngine(
  choice: EngineChoice,
  home: string,
  write: (line: string) => void,
): Promise<DemoEngine> {
  switch (choice.kind) {
    case 'simulator': {
      const simulator = await serveSimulator({ family: choice.family, port: 0 })
      // What README.md and docs/definition.md name.
      const { control } = simulator.simulator
      for (const name of ['warehouse', 'warehouse_prod']) control.addDataSource(name, 'MYSQL')
      control.addTenant('etl')
      return {
        name: `the built-in simulator of DolphinScheduler ${choice.family}`,
        isOwn: false,
        url: simulator.url,
        uiUrl: `${simulator.url}/ui`,
        token: simulator.token,
        tenant: simulator.tenant,
        stop: () => simulator.stop(),
      }
    }
    case 'standalone': {
      write('starting a real DolphinScheduler 3.1.1 (the first time collects 184 MB of artifacts)')
      const standalone = await startStandalone({
        dir: join(home, 'dolphinscheduler-3.1.1'),
        log: write,
      })
      const { token, tenant } = await prepareStandalone(standalone.url)
      return {
        name: 'a real DolphinScheduler 3.1.1',
        isOwn: false,
        url: standalone.url,
        uiUrl: `${standalone.url}/ui`,
        token,
        tenant,
        stop: () => standalone.stop(),
      }
    }
    case 'url':
      return {
        name: choice.url,
        isOwn: true,
        url: choice.url,
        uiUrl: `${choice.url}/ui`,
        token: choice.token,
        tenant: choice.tenant,
        stop: () => Promise.resolve(),
      }
  }
}
