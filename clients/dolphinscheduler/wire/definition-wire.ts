import { z } from 'zod'
import type {
  EngineDefinition,
  EngineLayout,
  EngineParam,
  LiveDefinition,
} from '#src/engine/definition.ts'
import { normalizeDefinition } from '../compile/normalize.ts'
import { Code, intOr, parseJsonText, textOr, wireDate } from './fields.ts'
import { TaskRow } from './task-wire.ts'
import { ConcurrencyWord, USERS_TENANT } from './words.ts'

export const RelationRow = z
  .looseObject({ preTaskCode: Code, postTaskCode: Code })
  .transform(({ preTaskCode, postTaskCode }) => ({
    from: preTaskCode === '0' ? null : preTaskCode,
    to: postTaskCode,
  }))

const Properties = z.array(
  z
    .looseObject({
      prop: z.string(),
      direct: textOr('IN'),
      type: textOr('VARCHAR'),
      value: textOr(''),
    })
    .transform(({ prop, direct, type, value }): EngineParam => ({
      name: prop,
      direction: direct === 'OUT' ? 'out' : 'in',
      type,
      value,
    })),
)

/** A JSON text, or nothing. */
const GlobalParams = z
  .unknown()
  .optional()
  .transform((text, ctx): readonly EngineParam[] => {
    if (text === null || text === undefined || text === '') return []
    const parsed = Properties.safeParse(parseJsonText(text))
    if (parsed.success) return parsed.data
    ctx.addIssue('not a list of parameters')
    return z.NEVER
  })

const Place = z.looseObject({ taskCode: Code, x: z.number(), y: z.number() })
const Places = z.array(z.unknown()).catch([])

/** Where tasks stand on the canvas, as far as it can be read: only the engine's pages ask for it. */
const Locations = z
  .unknown()
  .optional()
  .transform((text): EngineLayout => {
    const places = Places.parse(parseJsonText(text)).map((place) => Place.safeParse(place))
    return Object.fromEntries(
      places.flatMap(({ data }) => (data ? [[data.taskCode, { x: data.x, y: data.y }]] : [])),
    )
  })

/** 3.1 alone tells one. Where none was chosen it names that of the user, or none. */
function tenantOf({
  tenantId,
  tenantCode,
}: {
  readonly tenantId?: number | null | undefined
  readonly tenantCode?: string | null | undefined
}): Pick<EngineDefinition, 'tenant'> {
  if (tenantId === -1) return { tenant: USERS_TENANT }
  return tenantCode ? { tenant: tenantCode } : {}
}

/** A row of the paged list. */
export function definitionHead(zone: string) {
  return z
    .looseObject({
      code: Code,
      name: z.string(),
      version: z.int(),
      releaseState: z.string(),
      updateTime: wireDate(zone),
      modifyBy: z.string().nullish(),
      userName: z.string().nullish(),
    })
    .transform(({ code, name, version, releaseState, updateTime, modifyBy, userName }) => ({
      code,
      name,
      version,
      isOnline: releaseState === 'ONLINE',
      updatedAt: updateTime,
      modifiedBy: modifyBy ?? userName ?? null,
    }))
}

export function definitionDetail(zone: string) {
  return z
    .looseObject({
      workflowDefinition: z.looseObject({
        code: Code,
        name: z.string(),
        version: z.int(),
        releaseState: z.string(),
        description: textOr(''),
        globalParams: GlobalParams,
        updateTime: wireDate(zone),
        userName: z.string().nullish(),
        timeout: intOr(0),
        executionType: ConcurrencyWord,
        locations: Locations,
        tenantId: z.int().nullish(),
        tenantCode: z.string().nullish(),
      }),
      workflowTaskRelationList: z.array(RelationRow),
      taskDefinitionList: z.array(TaskRow),
    })
    .transform((reply): LiveDefinition => {
      const row = reply.workflowDefinition
      const definition: EngineDefinition = {
        name: row.name,
        description: row.description,
        params: row.globalParams,
        concurrency: row.executionType,
        timeoutMin: row.timeout,
        ...tenantOf(row),
        tasks: reply.taskDefinitionList.map(({ task }) => task),
        edges: reply.workflowTaskRelationList,
      }
      return {
        code: row.code,
        version: row.version,
        isOnline: row.releaseState === 'ONLINE',
        updatedAt: row.updateTime,
        ownerName: row.userName ?? null,
        definition: normalizeDefinition(definition),
        layout: row.locations,
        taskVersions: Object.fromEntries(
          reply.taskDefinitionList.map(({ task, version }) => [task.code, version]),
        ),
      }
    })
}
