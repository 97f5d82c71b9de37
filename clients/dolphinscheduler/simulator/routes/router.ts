import type { Rules } from '../families.ts'
import { catalogRoutes } from './catalog.ts'
import { definitionReadRoutes } from './definition-reads.ts'
import { definitionRoutes } from './definitions.ts'
import { executorRoutes } from './executors.ts'
import { instanceRoutes } from './instances.ts'
import { oneInstanceRoutes } from './one-instance.ts'
import { projectRoutes } from './projects.ts'
import { resourceRoutes } from './resources.ts'
import type { Route } from './route.ts'
import { scheduleRoutes } from './schedules.ts'

const ROUTES: readonly Route[] = [
  ...catalogRoutes,
  ...resourceRoutes,
  ...projectRoutes,
  ...definitionRoutes,
  ...definitionReadRoutes,
  ...scheduleRoutes,
  ...executorRoutes,
  ...instanceRoutes,
  ...oneInstanceRoutes,
]

export interface Match {
  readonly route: Route
  /** With the family's words and `{name}` for what changes. */
  readonly pattern: string
  readonly path: Readonly<Record<string, string>>
}

/** The family's routes by method and number of segments; fixed segments go before open ones. */
export function createRouter(rules: Rules): (method: string, path: string) => Match | null {
  const byShape = new Map<string, { route: Route; pattern: string; segments: string[] }[]>()
  for (const route of ROUTES) {
    const pattern = route.path
      .replace('{definitions}', `${rules.word}-definition`)
      .replace('{instances}', `${rules.word}-instances`)
      .replace('{start}', `start-${rules.word}-instance`)
    const segments = pattern.split('/')
    const shape = `${route.method} ${segments.length}`
    byShape.set(shape, [...(byShape.get(shape) ?? []), { route, pattern, segments }])
  }
  for (const routes of byShape.values()) {
    routes.sort((a, b) => openCount(a.pattern) - openCount(b.pattern))
  }
  return (method, path) => {
    const segments = path.split('/')
    for (const candidate of byShape.get(`${method} ${segments.length}`) ?? []) {
      const found = matchSegments(candidate.segments, segments)
      if (found) return { route: candidate.route, pattern: candidate.pattern, path: found }
    }
    return null
  }
}

function openCount(pattern: string): number {
  return pattern.split('{').length
}

function matchSegments(
  pattern: readonly string[],
  segments: readonly string[],
): Readonly<Record<string, string>> | null {
  const path: Record<string, string> = {}
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index] ?? ''
    if (part.startsWith('{')) path[part.slice(1, -1)] = segment
    else if (part !== segment) return null
  }
  return path
}
