import { isReserved } from '#src/definition/reserved.ts'
import { Identifier } from '#src/definition/values.ts'
import type { EngineCode, EngineTask } from '#src/engine/definition.ts'

/** The keys that the codes were made for; a task of foreign making gets one after its name. */
export function keysByCode(
  tasks: readonly EngineTask[],
  taskCodes: Readonly<Record<string, EngineCode>>,
): ReadonlyMap<EngineCode, string> {
  const known = new Map(Object.entries(taskCodes).map(([key, code]) => [code, key]))
  const keys = new Map<EngineCode, string>()
  const taken = new Set(known.values())
  for (const { code, name } of tasks) {
    const key = known.get(code) ?? freeKey(name, code, taken)
    taken.add(key)
    keys.set(code, key)
  }
  return keys
}

function freeKey(name: string, code: EngineCode, taken: ReadonlySet<string>): string {
  const isKey = Identifier.safeParse(name).success && !isReserved(name)
  if (isKey && !taken.has(name)) return name
  let key = `task_${code}`
  while (taken.has(key)) key += '_'
  return key
}
