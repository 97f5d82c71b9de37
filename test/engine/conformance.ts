import { afterAll, beforeAll, describe } from 'vitest'
import { must } from '#src/lib/must.ts'
import { describeAccess } from './conformance/access.ts'
import { clearBench, createBench } from './conformance/bench.ts'
import type { Bench, EngineUnderTest } from './conformance/bench.ts'
import { describeDefinitions } from './conformance/definitions.ts'
import { describeFiles } from './conformance/files.ts'
import { describeRuns } from './conformance/runs.ts'
import { describeSchedules } from './conformance/schedules.ts'
import { describeSubWorkflows } from './conformance/sub-workflows.ts'
import { describeTaskTypes } from './conformance/task-types.ts'

export type { EngineUnderTest }

/** What every engine behind the port has to do, simulated or real. It leaves nothing behind. */
export function describeEngine(name: string, setUp: () => Promise<EngineUnderTest>): void {
  describe.each([name])('%s', () => {
    let bench: Bench | null = null
    const benchOf = (): Bench => must(bench, 'a bench')
    beforeAll(async () => {
      bench = await createBench(await setUp())
    })
    afterAll(async () => {
      if (bench) await clearBench(bench)
    })

    describeAccess(benchOf)
    describeDefinitions(benchOf)
    describeSchedules(benchOf)
    describeRuns(benchOf)
    describeSubWorkflows(benchOf)
    describeTaskTypes(benchOf)
    describeFiles(benchOf)
  })
}
