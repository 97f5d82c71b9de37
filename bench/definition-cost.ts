// Cost of the canonical digest and of a diff for documents of 1,000 tasks, and of a plan's digest,
// against JSON.stringify of the same value in the same run: machines differ, ratios less so.
import { canonicalText, digestOf } from '#src/definition/canonical.ts'
import { diffDocuments } from '#src/definition/diff.ts'
import { renderDiff } from '#src/definition/diff-text.ts'
import { WorkflowDocument } from '#src/definition/document.ts'
import type { EngineDefinition } from '#src/engine/definition.ts'
import { planDigest } from '#src/publishing/plan.ts'
import { engineTask } from '#test/support/engine-task.ts'

const TASKS = 1_000
const ROUNDS = 20

function documentOf(word: string): WorkflowDocument {
  return WorkflowDocument.parse({
    apiVersion: 'slipway/v1',
    kind: 'Workflow',
    id: 'big',
    name: 'Big',
    tasks: Array.from({ length: TASKS }, (_, n) => ({
      key: `t${n}`,
      type: 'shell',
      needs: n === 0 ? [] : [`t${n - 1}`],
      script: Array.from(
        { length: 20 },
        (_line, line) => `echo ${n} ${line} ${n % 10 === 0 ? word : ''}`,
      ).join('\n'),
    })),
  })
}

function planOf(count: number): Parameters<typeof planDigest>[0] {
  const taskCodes = Object.fromEntries(
    Array.from({ length: count }, (_, n) => [`t${n}`, String(1e15 + n * 7919)]),
  )
  const codes = Object.values(taskCodes)
  const definition: EngineDefinition = {
    name: 'Big',
    description: '',
    params: [],
    concurrency: 'parallel',
    timeoutMin: 0,
    tasks: codes.map((code, n) =>
      engineTask({ code, name: `t${n}`, params: { rawScript: `echo ${n}\n`.repeat(50) } }),
    ),
    edges: codes.map((to, n) => ({ from: codes[n - 1] ?? null, to })),
  }
  return {
    operation: 'deploy',
    workflow_id: 'big',
    environment_id: 'env_1',
    project_code: '1',
    tenant: 'default',
    version: 1,
    version_digest: '',
    policy_version: 1,
    task_codes: taskCodes,
    overlay: {},
    desired: { definition, is_online: true, schedule: null, is_schedule_online: false },
    live: { code: '1', engine_version: 1, is_online: true, definition, schedules: [] },
  }
}

function medianMs(work: () => unknown): number {
  const times = Array.from({ length: ROUNDS }, () => {
    const start = performance.now()
    work()
    return performance.now() - start
  }).sort((a, b) => a - b)
  return times[Math.floor(ROUNDS / 2)] ?? 0
}

const [before, after] = [documentOf('old'), documentOf('new')]
const plain = medianMs(() => JSON.stringify(before))
const rows = {
  'JSON.stringify': plain,
  'canonical text': medianMs(() => canonicalText(before)),
  digest: medianMs(() => digestOf(before)),
  'diff of two versions, 100 tasks changed': medianMs(() => diffDocuments(before, after)),
  'the same as text': medianMs(() => renderDiff(diffDocuments(before, after))),
}
process.stdout.write(`documents of ${TASKS} tasks, ${JSON.stringify(before).length} bytes\n`)
for (const [name, ms] of Object.entries(rows))
  process.stdout.write(
    `${name.padEnd(42)} ${ms.toFixed(2).padStart(8)} ms  × ${(ms / plain).toFixed(1)}\n`,
  )

for (const count of [TASKS, 5 * TASKS]) {
  const plan = planOf(count)
  const [stringify, ms] = [medianMs(() => JSON.stringify(plan)), medianMs(() => planDigest(plan))]
  process.stdout.write(
    `${`digest of a plan of ${count} tasks`.padEnd(42)} ${ms.toFixed(2).padStart(8)} ms  × ${(ms / stringify).toFixed(1)}\n`,
  )
}
