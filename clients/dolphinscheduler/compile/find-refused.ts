import type { EngineDefinition } from '#src/engine/definition.ts'
import type { RefusedPart } from '#src/engine/engine.ts'
import type { Dialect } from '../dialects/dialect.ts'

/** What 3.4 looks at in a save and earlier families do not: 10198, and 10105 or 10106. */
export function findRefused(
  { tasks, params }: EngineDefinition,
  { family }: Dialect,
): readonly RefusedPart[] {
  if (family < '3.4') return []
  const sameNames = [...Map.groupBy(tasks, ({ name }) => name).values()].filter(
    (group) => group.length > 1,
  )
  return [
    ...sameNames.flat().map(({ code, name }) => ({
      taskCode: code,
      message: `DolphinScheduler ${family} refuses it: another task is named "${name}"`,
    })),
    ...params
      .filter(({ name }) => name.trim() === '')
      .map(({ name }) => ({
        paramName: name,
        message: `DolphinScheduler ${family} refuses a parameter without a name`,
      })),
  ]
}
