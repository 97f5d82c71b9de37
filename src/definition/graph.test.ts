import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findCycles, toGraph, topologicalOrder } from './graph.ts'
import { doc } from '#test/support/documents.ts'

test('roots hang on the start, what nobody needs leads to the end', () => {
  expect(toGraph(doc((d) => Object.assign(d.tasks[1] ?? {}, { name: 'Load it' })))).toEqual({
    nodes: [
      { node_id: 'workflow_start', name: 'Start', type: 'workflow_start' },
      { node_id: 'extract', name: 'extract', type: 'shell' },
      { node_id: 'load', name: 'Load it', type: 'sql' },
      { node_id: 'workflow_end', name: 'End', type: 'workflow_end' },
    ],
    edges: [
      { from: 'workflow_start', to: 'extract' },
      { from: 'extract', to: 'load' },
      { from: 'load', to: 'workflow_end' },
    ],
  })
})

test('a need that no task answers, or that stands twice, makes no edge of its own', () => {
  const { edges } = toGraph(doc((d) => d.tasks[1]?.needs.push('gone', 'extract')))

  expect(edges).toHaveLength(3)
})

const SIZE = 8
const graph = fc
  .array(fc.uniqueArray(fc.nat(SIZE - 1), { maxLength: 3 }), { minLength: SIZE, maxLength: SIZE })
  .map((needs) => new Map(needs.map((list, n) => [String(n), list.map(String)])))

/** Whether a way leads from `from` to `to` along needs. */
function reaches(
  needsByKey: ReadonlyMap<string, readonly string[]>,
  from: string,
  to: string,
): boolean {
  const seen = new Set<string>()
  const open = [...(needsByKey.get(from) ?? [])]
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    if (seen.has(key)) continue
    seen.add(key)
    open.push(...(needsByKey.get(key) ?? []))
  }
  return seen.has(to)
}

test('every circle that is told is one, and every knot shows one', () => {
  fc.assert(
    fc.property(graph, (needsByKey) => {
      const cycles = findCycles(needsByKey)

      for (const cycle of cycles) {
        expect(cycle.at(0)).toBe(cycle.at(-1))
        for (const [n, key] of cycle.slice(0, -1).entries())
          expect(needsByKey.get(cycle[n + 1] ?? '')).toContain(key)
      }
      const members = cycles.flatMap((cycle) => cycle.slice(1))
      expect(new Set(members).size).toBe(members.length)
      for (const key of needsByKey.keys()) {
        const isKnotted = reaches(needsByKey, key, key)
        const isTold = members.some(
          (member) =>
            member === key ||
            (reaches(needsByKey, key, member) && reaches(needsByKey, member, key)),
        )
        expect(isTold).toBe(isKnotted)
      }
    }),
    { numRuns: 300 },
  )
})

test('every task comes after what it needs; circles and what waits for them are left out', () => {
  fc.assert(
    fc.property(graph, (needsByKey) => {
      const order = topologicalOrder(needsByKey)

      for (const [n, key] of order.entries())
        for (const need of needsByKey.get(key) ?? []) expect(order.slice(0, n)).toContain(need)
      for (const key of needsByKey.keys()) {
        const isStuck = [...needsByKey.keys()].some(
          (other) =>
            reaches(needsByKey, other, other) && (other === key || reaches(needsByKey, key, other)),
        )
        expect(order.includes(key)).toBe(!isStuck)
      }
    }),
  )
})
