import type { EngineCode, EngineEdge } from '#src/engine/definition.ts'

/** Numbers of any length in order. */
export function compareCodes(a: EngineCode, b: EngineCode): number {
  return a.length - b.length || compareText(a, b)
}

/** By bytes of UTF-16: the same on every machine, unlike a locale's order. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

export function sortedEdges(edges: readonly EngineEdge[]): readonly EngineEdge[] {
  const unique = new Map(edges.map((edge) => [`${edge.from ?? ''}>${edge.to}`, edge]))
  return [...unique.values()].sort(
    (a, b) => compareCodes(a.from ?? '', b.from ?? '') || compareCodes(a.to, b.to),
  )
}
