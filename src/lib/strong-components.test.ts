import fc from 'fast-check'
import { expect, test } from 'vitest'
import { strongComponents } from './strong-components.ts'

const graph = fc
  .array(fc.array(fc.nat({ max: 9 }), { maxLength: 4 }), { maxLength: 10 })
  .map((rows) => new Map(rows.map((row, n) => [String(n), row.map(String)])))

function reachedFrom(key: string, links: ReadonlyMap<string, readonly string[]>): Set<string> {
  const reached = new Set([key])
  for (const at of reached)
    for (const next of links.get(at) ?? []) if (links.has(next)) reached.add(next)
  return reached
}

test('two keys are in one component where each reaches the other', () => {
  fc.assert(
    fc.property(graph, (links) => {
      const components = strongComponents(links)
      const home = new Map(components.flatMap((keys, n) => keys.map((key) => [key, n] as const)))

      expect(components.flat().toSorted()).toEqual([...links.keys()].toSorted())
      for (const a of links.keys())
        for (const b of links.keys()) {
          const isMutual = reachedFrom(a, links).has(b) && reachedFrom(b, links).has(a)
          expect(home.get(a) === home.get(b)).toBe(isMutual)
        }
    }),
  )
})

test('a component comes after all that it links to', () => {
  fc.assert(
    fc.property(graph, (links) => {
      const seen = new Set<string>()
      for (const component of strongComponents(links)) {
        for (const key of component) seen.add(key)
        for (const key of component)
          for (const target of links.get(key) ?? [])
            expect(seen.has(target) || !links.has(target)).toBe(true)
      }
    }),
  )
})

test('a chain of 20,000 is no recursion', () => {
  const length = 20_000
  const chain = new Map(
    Array.from({ length }, (_, n) => [String(n), n + 1 < length ? [String(n + 1)] : []]),
  )

  expect(strongComponents(chain)[0]).toEqual([String(length - 1)])
})
