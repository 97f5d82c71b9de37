/**
 * Custom verbs: `/runs/{run_id}:cancel`. Hono would read `:cancel` as a part of the parameter's
 * name and match any verb, so a path is routed as `/runs/{run_id}/~cancel` and documented as it is
 * called. `/~` in a request is nothing of ours and finds no route.
 */
const VERB = /:([a-z][a-z-]*)$/

export function routedPath(documentedPath: string): string {
  return documentedPath.replace(VERB, '/~$1')
}

/** Hono's `getPath`. */
export function pathOfRequest(request: Request): string {
  const { pathname } = new URL(request.url)
  if (pathname.includes('/~')) return '/~'
  return pathname.replace(VERB, '/~$1')
}
