import type { EngineCode, EngineDefinition, EngineLayout } from '#src/engine/definition.ts'

type Place = EngineLayout[EngineCode]

const COLUMN = 260
const ROW = 110
const MARGIN = 100

/** Who has a place keeps it; the others stand in a column a layer, in order of code, where it is free. */
export function placeTasks(
  definition: Pick<EngineDefinition, 'tasks' | 'edges'>,
  layout: EngineLayout,
): EngineLayout {
  const layers = layersOf(definition)
  const taken = definition.tasks.flatMap(({ code }) => layout[code] ?? [])
  const nextRows = new Map<number, number>()
  const places: Record<EngineCode, Place> = {}
  for (const { code } of definition.tasks) {
    const layer = layers.get(code) ?? 0
    let row = nextRows.get(layer) ?? 0
    const known = layout[code]
    if (known === undefined) {
      while (isTaken(placeAt(layer, row), taken)) row += 1
      nextRows.set(layer, row + 1)
    }
    places[code] = known ?? placeAt(layer, row)
  }
  return places
}

function placeAt(layer: number, row: number): Place {
  return { x: MARGIN + layer * COLUMN, y: MARGIN + row * ROW }
}

function isTaken({ x, y }: Place, taken: readonly Place[]): boolean {
  return taken.some((other) => Math.abs(other.x - x) < COLUMN && Math.abs(other.y - y) < ROW)
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
