import { readFileSync, readdirSync } from 'node:fs'
import { z } from 'zod'

export const VERSIONS = ['3.1.1', '3.2.2', '3.4.2'] as const
export const FAMILIES = { '3.1.1': '3.1', '3.2.2': '3.2', '3.4.2': '3.4' } as const

const Recording = z.object({ response: z.object({ body: z.unknown() }) })
const Answer = z.looseObject({ data: z.unknown() })
const Row = z.record(z.string(), z.unknown())
const Rows = z.array(Row)

/** A definition as a server answered it; what is called process or workflow has one name here. */
export interface RawDefinition {
  readonly file: string
  readonly definition: z.output<typeof Row>
  readonly relations: z.output<typeof Rows>
  readonly tasks: z.output<typeof Rows>
}

/** Every definition that a real server of the version has answered or exported. */
export function rawDefinitions(version: (typeof VERSIONS)[number]): readonly RawDefinition[] {
  const answered = ['recordings', 'recordings/more'].flatMap((folder) => {
    const at = new URL(`${folder}/${version}/`, import.meta.url)
    return readdirSync(at)
      .filter((file) => file.endsWith('.json'))
      .flatMap((file) => {
        const data = Answer.safeParse(bodyOf(new URL(file, at))).data?.data
        return (Array.isArray(data) ? data : [data]).flatMap((each) => rawOf(file, each))
      })
  })
  return [...answered, ...exported(version)]
}

function exported(version: (typeof VERSIONS)[number]): readonly RawDefinition[] {
  if (version === '3.4.2') return []
  const at = new URL(`recordings/exports/${version}.json`, import.meta.url)
  return z
    .array(z.unknown())
    .parse(bodyOf(at))
    .flatMap((each) => rawOf('the export', each))
}

function bodyOf(at: URL): unknown {
  return Recording.parse(JSON.parse(readFileSync(at, 'utf8'))).response.body
}

const Detail = z
  .looseObject({ taskDefinitionList: Rows })
  .transform(({ taskDefinitionList: tasks, ...rest }) => ({
    definition: rest['workflowDefinition'] ?? rest['processDefinition'],
    relations: rest['workflowTaskRelationList'] ?? rest['processTaskRelationList'],
    tasks,
  }))
  .pipe(z.object({ definition: Row, relations: Rows, tasks: Rows }))

function rawOf(file: string, data: unknown): readonly RawDefinition[] {
  const detail = Detail.safeParse(data)
  return detail.success ? [{ file, ...detail.data }] : []
}

/** As a reader in the newest words gets it. */
export function asAnswered({ definition, relations, tasks }: RawDefinition): unknown {
  return {
    workflowDefinition: definition,
    workflowTaskRelationList: relations,
    taskDefinitionList: tasks,
  }
}
