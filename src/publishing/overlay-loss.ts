import type { WorkflowDocument } from '../definition/document.ts'
import { mapReferences } from '../definition/references.ts'
import type { EnvironmentOverlay } from '../environments/environment.ts'
import type { Issue } from '../lib/errors.ts'
import { pointerOf } from '../lib/pointer.ts'
import { applyOverlay } from './overlay.ts'

/** What an engine holds and no document can say there: the overlay would make something else of it. */
export function overlayLoss(
  live: WorkflowDocument,
  plain: WorkflowDocument,
  overlay: EnvironmentOverlay,
): readonly Issue[] {
  const again = applyOverlay(plain, overlay)
  const names = namesAt(again)
  const issues: Issue[] = []
  mapReferences(live, (name, { path }) => {
    const pointer = pointerOf(path)
    const made = names.get(pointer)
    if (made !== name)
      issues.push({ pointer, code: 'overlay.loses', message: lossOf(name, made ?? '') })
    return name
  })
  const { properties } = again.start.params
  for (const [name, { default: value }] of Object.entries(live.start.params.properties)) {
    const made = Object.hasOwn(properties, name) ? properties[name]?.default : undefined
    if (String(made) !== String(value))
      issues.push({
        pointer: pointerOf(['start', 'params', 'properties', name, 'default']),
        code: 'overlay.loses',
        message: lossOf(String(value), String(made)),
      })
  }
  return issues
}

function namesAt(document: WorkflowDocument): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  mapReferences(document, (name, { path }) => {
    names.set(pointerOf(path), name)
    return name
  })
  return names
}

function lossOf(there: string, made: string): string {
  return `the engine has "${there}", of which the environment's overlay would make "${made}"`
}
