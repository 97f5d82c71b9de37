/**
 * Custom verbs: `/runs/{run_id}:cancel`. Hono would read `:cancel` as a part of the parameter's
 * name and match any verb, so a path is routed as `/runs/{run_id}/~cancel` and documented as it is
 * called. `/~` in a request is nothing of ours and finds no route.
 */
const VERB = /:([a-z][a-z-]*)$/
/** No id ends in a space, but the database compares as if it did not. */
const SPACE_AT_END = /%20(?=[/:]|$)/

export function routedPath(documentedPath: string): string {
  return documentedPath.replace(VERB, '/~$1')
}

/** Hono's `getPath`. */
export function pathOfRequest(request: Request): string {
  const { pathname } = new URL(request.url)
  if (pathname.includes('/~') || SPACE_AT_END.test(pathname)) return '/~'
  return pathname.replace(VERB, '/~$1')
}
