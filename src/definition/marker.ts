const MARKER = /(?:^|[ \n])slipway:([A-Za-z][A-Za-z0-9_-]{0,127})$/

/** The engine counts characters, not UTF-16 units. */
const ENGINE_DESCRIPTION_CHARS = 255

/**
 * The description as the engine holds it: whose definition it is stands at its end, unless there is
 * no room for it.
 */
export function withMarker(description: string, workflowId: string): string {
  const marked =
    description === '' ? `slipway:${workflowId}` : `${description} slipway:${workflowId}`
  return Array.from(marked).length > ENGINE_DESCRIPTION_CHARS ? description : marked
}

/** What `withMarker` was given; `workflowId` is null where there is no marker. */
export function readMarker(description: string): {
  readonly description: string
  readonly workflowId: string | null
} {
  const match = MARKER.exec(description)
  if (!match) return { description, workflowId: null }
  return { description: description.slice(0, match.index), workflowId: match[1] ?? null }
}
