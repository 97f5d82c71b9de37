import { describe, expect, test } from 'vitest'
import type { Bench, Made } from './bench.ts'
import { failureOf, options, shell } from './bench.ts'

export function describeSubWorkflows(benchOf: () => Bench): void {
  describe('sub-workflows', () => {
    test('a task runs another workflow, whose run is in no list', async () => {
      const bench = benchOf()
      const child = await bench.createOnline({ tasks: [shell('a', 'echo 1')] })
      const parent = await createOver(bench, child)
      await bench.engine.setDefinitionOnline(parent.at, options)

      const instanceId = await bench.start(parent)
      const end = await bench.settled(instanceId)

      const { engine, projectCode, server } = bench
      const at = server.now().getTime()
      const window = { from: new Date(at - 600_000), to: new Date(at + 600_000) }
      const definitionCode = child.at.code
      const listed = await engine.listInstances(
        { projectCode, definitionCode, window, page: 1, pageSize: 10 },
        options,
      )
      const tasks = await engine.listTasksOfInstance({ projectCode, instanceId }, options)
      expect(end.state).toBe('success')
      expect(tasks).toMatchObject([{ type: 'SUB_WORKFLOW', state: 'success' }])
      expect(listed.total).toBe(0)
    })

    test('over one that is offline it goes online on 3.1 only', async () => {
      const bench = benchOf()
      const parent = await createOver(bench, await bench.create({ tasks: [shell('a', 'true')] }))

      const outcome = await failureOf(bench.engine.setDefinitionOnline(parent.at, options))

      const expected =
        bench.family === '3.1' ? 'it did not fail' : { kind: 'conflict', code: 'engine.conflict' }
      expect([outcome]).toMatchObject([expected])
    })
  })
}

/** A workflow whose one task runs the child. */
async function createOver(bench: Bench, child: Made): Promise<Made> {
  const { engine, family, projectCode, server } = bench
  const { definition, codes } = bench.compile({ tasks: [shell('sub', 'true')] })
  const word = family === '3.1' || family === '3.2' ? 'process' : 'workflow'
  const params = {
    localParams: [],
    resourceList: [],
    [`${word}DefinitionCode`]: Number(child.at.code),
  }
  const tasks = definition.tasks.map((task) => ({ ...task, type: 'SUB_WORKFLOW', params }))
  const over = { ...definition, tasks }
  const input = { projectCode, definition: over, layout: {}, tenant: server.tenant }
  const code = await engine.createDefinition(input, options)
  return { at: { projectCode, code }, name: over.name, definition: over, codes }
}
