import { WorkflowDocument } from '#src/definition/document.ts'
import type { EngineDefinition } from '#src/engine/definition.ts'
import { connectionOf } from './engine.ts'
import type { Installation } from './installation.ts'

/** Definitions that somebody made on the engine's own pages; answers their codes. */
export async function makeDefinitions(
  installation: Installation,
  names: readonly string[],
  change: (definition: EngineDefinition) => EngineDefinition = (definition) => definition,
): Promise<readonly string[]> {
  const { projectCode } = installation
  const { engine, compiler } = connectionOf(installation)
  const codes: string[] = []
  for (const [n, name] of names.entries()) {
    const document = WorkflowDocument.parse({
      apiVersion: 'slipway/v1',
      kind: 'Workflow',
      id: 'x',
      name,
      tasks: [
        { key: 'extract', type: 'shell', script: `echo ${n}` },
        { key: 'load', type: 'shell', needs: ['extract'], script: 'echo load' },
      ],
    })
    const base = 5_000_000_000_000 + n * 10
    const definition = compiler.compile(document, {
      workflowId: 'x',
      projectCode,
      taskCodes: { extract: String(base), load: String(base + 1) },
      dataSources: {},
      environmentCodes: {},
      alertGroupIds: {},
      taskGroupIds: {},
      resources: {},
      workflowCodes: {},
      workflowTaskCodes: {},
      defaultWorkerGroup: 'default',
      defaultTenant: 'default',
      defaultEnvironment: null,
    })
    codes.push(
      await engine.createDefinition(
        {
          projectCode,
          definition: change({ ...definition, description: 'made by hand' }),
          layout: {},
          tenant: 'default',
        },
        { signal: AbortSignal.timeout(60_000) },
      ),
    )
  }
  return codes
}
