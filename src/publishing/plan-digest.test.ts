import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sortKeys } from '../definition/canonical.ts'
import type { EngineDefinition, EngineTask } from '../engine/definition.ts'
import type { JsonObject } from '../lib/json.ts'
import { planDigest } from './plan.ts'
import { engineTask } from '#test/support/engine-task.ts'

type Hashed = Parameters<typeof planDigest>[0]

/** As releases before made it, one look through all of the text a task: what is approved has it. */
function digestOfEarlierReleases({ task_codes: taskCodes, live, desired, ...rest }: Hashed) {
  const codes = new Set(Object.values(taskCodes))
  const asText = (_name: string, value: unknown): unknown =>
    typeof value === 'number' && codes.has(String(value)) ? `#${value}` : value
  const said = { ...rest, desired, live: live && { ...live, engine_version: 0 } }
  let text = JSON.stringify(sortKeys(said), asText)
  for (const [key, code] of Object.entries(taskCodes)) text = text.replaceAll(code, `task:${key}`)
  return createHash('sha256')
    .update(JSON.stringify(JSON.parse(text, sortedByText)))
    .digest('hex')
}

function sortedByText(key: string, value: unknown): unknown {
  if ((key !== 'tasks' && key !== 'edges') || !Array.isArray(value)) return value
  return value.map((item) => JSON.stringify(item)).sort()
}

function taskOf(code: string, fields: Partial<EngineTask>): EngineTask {
  return engineTask({ code, name: `task ${code}`, params: {}, ...fields })
}

function hashedOf(taskCodes: Readonly<Record<string, string>>, tasks: readonly EngineTask[]) {
  const codes = Object.values(taskCodes)
  const definition: EngineDefinition = {
    name: 'w',
    description: `after ${codes[0] ?? ''}`,
    params: [],
    concurrency: 'parallel',
    timeoutMin: 0,
    tasks,
    edges: codes.map((to, n) => ({ from: codes[n - 1] ?? null, to })),
  }
  const state = { is_online: false, schedule: null, is_schedule_online: false }
  return {
    operation: 'deploy',
    workflow_id: 'w',
    environment_id: 'e',
    project_code: '1',
    tenant: 'root',
    version: 1,
    version_digest: 'd',
    policy_version: 1,
    task_codes: taskCodes,
    overlay: {},
    desired: { ...state, definition },
    live: {
      code: codes[0] ?? '5',
      engine_version: 7,
      is_online: true,
      definition: { ...definition, tasks: tasks.toReversed() },
      schedules: [],
    },
  } satisfies Hashed
}

/** The two lengths that engines and Slipway make; few digits, so that codes overlap. */
const code = fc.oneof(
  fc.bigInt({ min: 10n ** 12n, max: 10n ** 13n - 1n }).map(String),
  fc.bigInt({ min: 10n ** 15n, max: 2n ** 53n - 1n }).map(String),
  fc.constantFrom('1111111111111', '1111111111112', '1111111111111111', '2111111111111'),
)
const taskCodes = fc
  .array(fc.tuple(fc.constantFrom('t', 'load_', 'in-', 'b1'), code, fc.boolean()), {
    minLength: 1,
    maxLength: 8,
  })
  .map((drawn) =>
    Object.fromEntries(
      drawn.map(([word, own, isNamedByCode], n) => {
        // What has no name becomes `task_<code>`, also of a task that is another one by now.
        const other = drawn[(n + 1) % drawn.length]?.[1]
        return [isNamedByCode ? `task_${other}` : `${word}${n}`, own]
      }),
    ),
  )

const said = fc.constantFrom<(code: string, other: string) => JsonObject>(
  (one, other) => ({
    dependence: { dependTaskList: [{ dependItemList: [{ depTaskCode: Number(one) }] }] },
    conditionResult: { successNode: [Number(one)], failedNode: [other] },
  }),
  (one, other) => ({
    switchResult: { nextNode: Number(one), dependTaskList: [{ nextNode: other }] },
  }),
  (one, other) => ({ rawScript: `echo 9${one}1 ${one}${other} "${other}"\n\u001f${one}` }),
  (one) => ({ rawScript: `${one.slice(1)}${one}`, [one]: one }),
  (one) => ({ tasks: [one, 1, `1${one}`], number: 1.5, big: 10 ** 21 }),
  () => ({}),
)
const definitions = fc.tuple(taskCodes, fc.array(said, { minLength: 1 }), fc.nat())

test('a digest is what earlier releases made of the same plan', () => {
  fc.assert(
    fc.property(definitions, ([known, kinds, shift]) => {
      const codes = Object.values(known)
      const plan = hashedOf(
        known,
        codes.map((own, n) => {
          const other = codes[(n + shift) % codes.length] ?? own
          return taskOf(own, { params: kinds[n % kinds.length]?.(own, other) ?? {} })
        }),
      )

      expect(planDigest(plan)).toBe(digestOfEarlierReleases(plan))
    }),
    { numRuns: 500 },
  )
})

test('a code inside of a longer number, which had no digest', () => {
  const codes = { a: '1111111111111', b: '2222222222222' }
  const planOf = (number: number) =>
    hashedOf(codes, [taskOf(codes.a, { params: { number } }), taskOf(codes.b, {})])

  expect(() => digestOfEarlierReleases(planOf(11_111_111_111_119))).toThrow(SyntaxError)
  expect(planDigest(planOf(11_111_111_111_119))).not.toBe(planDigest(planOf(11_111_111_111_118)))
})

test('new codes of the same tasks change nothing, for thousands of tasks in one pass', () => {
  const count = 5000
  const planFrom = (first: number) => {
    const codes = Object.fromEntries(
      Array.from({ length: count }, (_, n) => [`t${n}`, String(first + n * 7919)]),
    )
    const tasks = Object.values(codes).map((own) =>
      taskOf(own, { name: 'n', params: { rawScript: 'x'.repeat(500) } }),
    )
    return { ...hashedOf(codes, tasks), live: null }
  }
  const [one, other] = [planFrom(1e15), planFrom(2e15)]
  const plainMs = timed(() => JSON.stringify(one))

  const digests = new Set<string>()
  const ms = timed(() => digests.add(planDigest(one)))
  digests.add(planDigest(other))

  expect(digests.size).toBe(1)
  // A look through the text for each task takes some thousand times as long.
  expect(ms / plainMs).toBeLessThan(200)
})

function timed(work: () => unknown): number {
  const start = performance.now()
  work()
  return performance.now() - start
}
