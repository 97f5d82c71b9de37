import type { WorkflowDocument } from '../definition/document.ts'
import { referencesOf } from '../definition/references.ts'
import type { EnvironmentOverlay } from '../environments/environment.ts'
import { applyOverlay } from './overlay.ts'

/** Names and defaults that another overlay makes of the same document: its own diff shows none. */
export function overlayChanges(
  document: WorkflowDocument,
  before: EnvironmentOverlay | null,
  now: EnvironmentOverlay,
): readonly string[] {
  if (before === null) return []
  const [then, here] = [applyOverlay(document, before), applyOverlay(document, now)]
  const made = new Map(namesOf(then))
  const names = namesOf(here).flatMap(([pointer, { kind, name }]) => {
    const old = made.get(pointer)?.name
    return old === name ? [] : [`${kind.replace('_', ' ')} "${old}" becomes "${name}"`]
  })
  const params = Object.entries(here.start.params.properties).flatMap(([name, param]) => {
    const old = then.start.params.properties[name]?.default
    const isSame = String(old) === String(param.default)
    return isSame ? [] : [`the default of "${name}" becomes "${String(param.default)}"`]
  })
  return [...new Set([...names, ...params])].map((change) => `by the overlay, ${change}`)
}

function namesOf(document: WorkflowDocument) {
  return referencesOf(document).flatMap((reference) =>
    reference.pointers.map((pointer) => [pointer, reference] as const),
  )
}
