import { isReserved } from '#src/definition/reserved.ts'
import { slugOf } from '#src/definition/slug.ts'
import { Identifier } from '#src/definition/values.ts'
import type { EngineCode, EngineTask } from '#src/engine/definition.ts'
import { must } from '#src/lib/must.ts'

/** The keys that the codes were made for; a task of foreign making gets one after its name. */
export function keysByCode(
  tasks: readonly EngineTask[],
  taskCodes: Readonly<Record<string, EngineCode>>,
): ReadonlyMap<EngineCode, string> {
  const keys = new Map(Object.entries(taskCodes).map(([key, code]) => [code, key]))
  const taken = new Set(keys.values())
  const give = (code: EngineCode, key: string): void => {
    if (keys.has(code) || taken.has(key)) return
    keys.set(code, key)
    taken.add(key)
  }
  // A name that is a key is that one's, however the others are written.
  for (const { code, name } of tasks) if (isKey(name)) give(code, name)
  for (const { code, name } of tasks) {
    const slug = slugOf(name, 'task')
    if (slug !== null) give(code, slug)
  }
  for (const { code } of tasks) give(code, freeKey(code, taken))
  return new Map(tasks.map(({ code }) => [code, must(keys.get(code), 'a key of each task')]))
}

function isKey(name: string): boolean {
  return Identifier.safeParse(name).success && !isReserved(name)
}

function freeKey(code: EngineCode, taken: ReadonlySet<string>): string {
  let key = `task_${code}`
  while (taken.has(key)) key += '_'
  return key
}
