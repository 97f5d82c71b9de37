import { readFileSync, readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { createDolphinCompiler } from '#clients/dolphinscheduler/compile/compiler.ts'
import { dialectOf } from '#clients/dolphinscheduler/dialects/dialect-of.ts'
import { definitionDetail } from '#clients/dolphinscheduler/wire/definition-wire.ts'
import { renameFields } from '#clients/dolphinscheduler/wire/fields.ts'
import type { EngineDefinition } from '#src/engine/definition.ts'
import { bindingsFor } from '#test/support/task-kinds.ts'

const FAMILIES = { '3.1.1': '3.1', '3.2.2': '3.2', '3.4.2': '3.4' } as const
const Recording = z.object({ response: z.object({ body: z.unknown() }) })
const Answer = z.looseObject({ data: z.unknown() })
const Detail = definitionDetail('UTC')

/** Every definition that a real server of the version has answered, by the recording's name. */
function definitionsOf(version: keyof typeof FAMILIES): readonly [string, EngineDefinition][] {
  const { renamedFields } = dialectOf(FAMILIES[version])
  return ['recordings', 'recordings/more'].flatMap((folder) => {
    const at = new URL(`${folder}/${version}/`, import.meta.url)
    return readdirSync(at)
      .filter((file) => file.endsWith('.json'))
      .flatMap((file): [string, EngineDefinition][] => {
        const { body } = Recording.parse(
          JSON.parse(readFileSync(new URL(file, at), 'utf8')),
        ).response
        const answer = Answer.safeParse(body)
        const data = answer.data?.data
        return (Array.isArray(data) ? data : [data]).flatMap((each: unknown) => {
          const detail = Detail.safeParse(renameFields(each, renamedFields))
          return detail.success
            ? [[file, detail.data.definition] as [string, EngineDefinition]]
            : []
        })
      })
  })
}

test.each(['3.1.1', '3.2.2', '3.4.2'] as const)(
  'every definition that %s has answered comes back from a document as it was',
  (version) => {
    const family = FAMILIES[version]
    const compiler = createDolphinCompiler(dialectOf(family))
    const found = definitionsOf(version)

    const again = found.map(([file, definition]) => {
      const bindings = {
        ...bindingsFor(family),
        taskCodes: compiler.taskCodesOf(definition),
      }
      const { description: _marked, ...rest } = compiler.compile(
        compiler.decompile(definition, bindings),
        bindings,
      )
      return [file, rest]
    })

    expect(found.length).toBeGreaterThanOrEqual(3)
    expect(again).toEqual(
      found.map(([file, { description: _description, ...rest }]) => [file, rest]),
    )
  },
)
