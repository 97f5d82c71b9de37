import type { Engine } from '#src/engine/engine.ts'
import { accessCalls } from './calls/access.ts'
import { catalogCalls } from './calls/catalog.ts'
import { definitionCalls } from './calls/definitions.ts'
import { instanceCalls } from './calls/instances.ts'
import { logCalls } from './calls/logs.ts'
import { probeCalls } from './calls/probe.ts'
import { projectCalls } from './calls/projects.ts'
import { resourceCalls } from './calls/resources.ts'
import { runCalls } from './calls/runs.ts'
import { scheduleCalls } from './calls/schedules.ts'
import { links } from './links.ts'
import type { Wire } from './wire.ts'

export function createDolphinEngine(wire: Wire): Engine {
  return {
    family: wire.dialect.family,
    ...probeCalls(wire),
    ...accessCalls(wire),
    ...projectCalls(wire),
    ...catalogCalls(wire),
    ...resourceCalls(wire),
    ...definitionCalls(wire),
    ...scheduleCalls(wire),
    ...runCalls(wire),
    ...instanceCalls(wire),
    ...logCalls(wire),
    ...links(wire.address),
  }
}
