// Cost of the canonical digest and of a diff for documents of 1,000 tasks, against JSON.stringify
// of the same document in the same run: machines differ, ratios less so.
import { canonicalText, digestOf } from '#src/definition/canonical.ts'
import { diffDocuments } from '#src/definition/diff.ts'
import { renderDiff } from '#src/definition/diff-text.ts'
import { WorkflowDocument } from '#src/definition/document.ts'

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
