import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { EngineFamily } from '#src/engine/catalog.ts'
import type { Reply, TestApp } from './app.ts'
import type { Installation } from './installation.ts'

const Recording = z.object({ response: z.object({ body: z.array(z.unknown()) }) })

/** What a real server's batch-export answered: two workflows, of which one waits for the other. */
function recordedExport(version: '3.1.1' | '3.2.2'): readonly unknown[] {
  const at = new URL(`../engine/recordings/exports/${version}.json`, import.meta.url)
  return Recording.parse(JSON.parse(readFileSync(at, 'utf8'))).response.body
}

/** Of 3.3 and 3.4 none was recorded: 3.2's with the names that they gave to the same fields. */
export function exportOf(family: EngineFamily): unknown[] {
  if (family === '3.1') return [...recordedExport('3.1.1')]
  if (family === '3.2') return [...recordedExport('3.2.2')]
  return recordedExport('3.2.2').map(inNewWords)
}

const Item = z.looseObject({
  processDefinition: z.looseObject({ code: z.number(), name: z.string() }),
  taskDefinitionList: z.array(z.looseObject({ code: z.number() })),
  processTaskRelationList: z.array(z.looseObject({})),
})

/** The one that is waited for, and the one that waits; as 3.2 says them. */
export function exportedItems(): readonly [z.output<typeof Item>, z.output<typeof Item>] {
  return z.tuple([Item, Item]).parse(exportOf('3.2'))
}

const Scheduled = z.looseObject({ schedule: z.looseObject({ environmentCode: z.number() }) })

/** The code that the first one's schedule names; another in each recorded file. */
export function environmentIn([first]: readonly unknown[]): string {
  return String(Scheduled.parse(first).schedule.environmentCode)
}

const RENAMED: Readonly<Record<string, string>> = {
  processDefinition: 'workflowDefinition',
  processTaskRelationList: 'workflowTaskRelationList',
  processDefinitionCode: 'workflowDefinitionCode',
  processDefinitionVersion: 'workflowDefinitionVersion',
  processInstancePriority: 'workflowInstancePriority',
}

function inNewWords(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inNewWords)
  if (value === 'SUB_PROCESS') return 'SUB_WORKFLOW'
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== 'isCache')
      .map(([key, inner]: [string, unknown]) => [RENAMED[key] ?? key, inNewWords(inner)]),
  )
}

/** A copy with one value replaced, by its path. */
export function withValue(
  file: unknown,
  path: readonly (string | number)[],
  value: unknown,
): unknown {
  const [step, ...rest] = path
  if (step === undefined) return value
  if (Array.isArray(file))
    return file.map((item, index) => (index === step ? withValue(item, rest, value) : item))
  const fields: Record<string, unknown> = { ...z.record(z.string(), z.unknown()).parse(file) }
  return { ...fields, [step]: withValue(fields[step], rest, value) }
}

const Row = z.record(z.string(), z.unknown())
const Answer = z.object({ data: Row })
const Page = z.object({
  data: z.object({ totalList: z.array(z.record(z.string(), z.unknown())) }),
})

/** What the simulated server's batch-export would write: each detail with its schedule, taken down. */
export function exportFrom(
  { simulator, projectCode }: Installation,
  codes: readonly string[],
): unknown[] {
  const word = simulator.family < '3.3' ? 'process' : 'workflow'
  const get = (path: string, query = ''): unknown => {
    const answer = simulator.handle({
      method: 'GET',
      pathname: `/dolphinscheduler/projects/${projectCode}/${path}`,
      query,
      token: simulator.token,
      form: '',
    })
    if (answer.kind !== 'reply')
      throw new Error(`the simulator answers ${path} with ${answer.kind}`)
    return JSON.parse(answer.reply.body)
  }
  return codes.map((code) => {
    const query = `pageNo=1&pageSize=10&${word}DefinitionCode=${code}`
    const [schedule] = Page.parse(get('schedules', query)).data.totalList
    const detail = Answer.parse(get(`${word}-definition/${code}`)).data
    return {
      ...detail,
      // 3.1 exports the tenant by its id alone.
      ...(simulator.family === '3.1'
        ? { processDefinition: { ...Row.parse(detail['processDefinition']), tenantCode: null } }
        : {}),
      schedule: schedule ? { ...schedule, releaseState: 'OFFLINE' } : null,
    }
  })
}

/** What an import answers for each workflow of the file. */
export interface AnsweredItem {
  readonly workflow_id: string
  readonly state: string
  readonly notes: readonly {
    readonly kind: string
    readonly pointer: string
    readonly message: string
  }[]
}

const PATH = '/workflows:import-engine-export'

export function previewExport(app: TestApp, body: object): Promise<Reply> {
  return app.call('alice', 'POST', `${PATH}?dry_run=true`, { body })
}

export function applyExport(app: TestApp, body: object, key?: string): Promise<Reply> {
  const headers = key === undefined ? {} : { 'idempotency-key': key }
  return app.call('alice', 'POST', PATH, { body, headers })
}

/** Of all workflows that there are. */
export async function workflowIds(app: TestApp): Promise<readonly string[]> {
  const { body } = await app.call('dave', 'GET', '/workflows')
  return body.items.map((item: { workflow_id: string }) => item.workflow_id).sort()
}
