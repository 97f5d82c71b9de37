import { END_NODE, START_NODE } from './graph.ts'

/** Names that routes, the graph and answers use for themselves. */
const RESERVED: ReadonlySet<string> = new Set([START_NODE, END_NODE, 'start', 'end', 'answer'])

/** Neither a task's key nor a workflow's id. */
export function isReserved(name: string): boolean {
  return RESERVED.has(name)
}
