import type { Router } from './endpoint.ts'

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

/** What may be done at a path; empty: there is no such path. Middleware answers to every method. */
export function allowedMethods({ router }: Router, path: string): readonly string[] {
  return METHODS.filter((method) =>
    router.match(method, path)[0].some(([[, route]]) => route.method === method),
  )
}
