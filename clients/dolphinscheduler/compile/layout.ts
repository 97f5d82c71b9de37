import type { EngineCode, EngineDefinition, EngineLayout } from '#src/engine/definition.ts'

const COLUMN = 260
const ROW = 110
const MARGIN = 100

/** Places for tasks that have none: one column a layer, in order of code. */
export function placeTasks(
  definition: Pick<EngineDefinition, 'tasks' | 'edges'>,
  layout: EngineLayout,
): EngineLayout {
  const layers = layersOf(definition)
  const rows = new Map<number, number>()
  const places: Record<EngineCode, { x: number; y: number }> = {}
  for (const { code } of definition.tasks) {
    const layer = layers.get(code) ?? 0
    const row = rows.get(layer) ?? 0
    rows.set(layer, row + 1)
    places[code] = layout[code] ?? { x: MARGIN + layer * COLUMN, y: MARGIN + row * ROW }
  }
  return places
}

/** The longest way from a root; what lies on a cycle stays where the engine will refuse it. */
export function layersOf(
  definition: Pick<EngineDefinition, 'tasks' | 'edges'>,
): ReadonlyMap<EngineCode, number> {
  const next = new Map<EngineCode, EngineCode[]>()
  const open = new Map<EngineCode, number>(definition.tasks.map(({ code }) => [code, 0]))
  for (const { from, to } of definition.edges) {
    if (from === null || !open.has(from) || !open.has(to)) continue
    const after = next.get(from) ?? []
    after.push(to)
    next.set(from, after)
    open.set(to, (open.get(to) ?? 0) + 1)
  }
  const layers = new Map<EngineCode, number>(definition.tasks.map(({ code }) => [code, 0]))
  const ready = definition.tasks.map(({ code }) => code).filter((code) => open.get(code) === 0)
  for (const code of ready) {
    for (const to of next.get(code) ?? []) {
      layers.set(to, Math.max(layers.get(to) ?? 0, (layers.get(code) ?? 0) + 1))
      const left = (open.get(to) ?? 0) - 1
      open.set(to, left)
      if (left === 0) ready.push(to)
    }
  }
  return layers
}
