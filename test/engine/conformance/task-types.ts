import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { WorkflowDocument } from '#src/definition/document.ts'
import type { EngineFamily } from '#src/engine/catalog.ts'
import { must } from '#src/lib/must.ts'
import { bindingsFor, kindsFor, TASK_KEYS } from '#test/support/task-kinds.ts'
import type { Bench } from './bench.ts'
import { options } from './bench.ts'

/** What passes through as it is has to make sense to the engine, which random words do not. */
function typedKinds(family: EngineFamily) {
  const { engine: _engine, ...typed } = kindsFor(family)
  return typed
}

/** Of each type, as many tasks as a document has keys. */
const SEED = 20_261_121

/** Every type of task that a document has words for is kept by the engine as it was sent. */
export function describeTaskTypes(benchOf: () => Bench): void {
  describe('task types', () => {
    test('every one of the family reads back as it was sent', async () => {
      const { family, engine, compiler, projectCode, server } = benchOf()
      const read: Record<string, unknown> = {}
      const sent: Record<string, unknown> = {}

      for (const [type, kind] of Object.entries(typedKinds(family))) {
        const { document, bindings } = documentOf(benchOf(), fc.sample(kind, sampleOf()))
        const definition = compiler.compile(document, bindings)
        sent[type] = { tasks: definition.tasks, document }
        const input = { projectCode, definition, layout: {}, tenant: server.tenant }
        const code = await engine.createDefinition(input, options)
        const live = must(
          await engine.findDefinition({ projectCode, code }, options),
          `the definition of ${type} tasks`,
        ).definition
        read[type] = { tasks: live.tasks, document: compiler.decompile(live, bindings) }
      }

      expect(read).toEqual(sent)
      expect(Object.keys(read).length).toBeGreaterThanOrEqual(13)
    })
  })
}

function sampleOf(): { readonly seed: number; readonly numRuns: number } {
  return { seed: SEED, numRuns: TASK_KEYS.length }
}

function documentOf(
  { family, projectCode, server, taskCode, uniqueName }: Bench,
  bodies: readonly object[],
) {
  const bindings = {
    ...bindingsFor(family),
    workflowId: 'conformance',
    projectCode,
    taskCodes: Object.fromEntries(TASK_KEYS.map((key) => [key, taskCode()])),
    workflowCodes: { other: '4242424242424' },
    defaultTenant: server.tenant,
  }
  const document = WorkflowDocument.parse({
    apiVersion: 'slipway/v1',
    kind: 'Workflow',
    id: 'conformance',
    name: uniqueName('types'),
    tasks: bodies.map((body, index) => ({
      ...body,
      key: TASK_KEYS[index],
      needs: TASK_KEYS.slice(0, index),
    })),
  })
  return { document, bindings }
}
