import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createDolphinCompiler } from '#clients/dolphinscheduler/compile/compiler.ts'
import { dialectOf } from '#clients/dolphinscheduler/dialects/dialect-of.ts'
import { definitionDetail } from '#clients/dolphinscheduler/wire/definition-wire.ts'
import { definitionForm } from '#clients/dolphinscheduler/wire/definition-form.ts'
import { readMarker } from '#src/definition/marker.ts'
import type { LiveDefinition } from '#src/engine/definition.ts'
import { bindingsFor } from '#test/support/task-kinds.ts'
import {
  asAnswered,
  FAMILIES,
  rawDefinitions,
  VERSIONS,
  type RawDefinition,
} from './recordings-definitions.ts'

type Version = (typeof VERSIONS)[number]
type Fields = Readonly<Record<string, unknown>>

const Detail = definitionDetail('UTC')

/** What the engine makes itself. Whatever is not here a person can set, and it has to come back. */
const BY_THE_ENGINE = {
  definition: words(
    'id code version releaseState projectCode projectName userId userName modifyBy createTime',
    'updateTime flag globalParamList globalParamMap scheduleReleaseState schedule warningGroupId',
    // The name is what is sent.
    'tenantId',
  ),
  tasks: words(
    'id version projectCode projectName userId userName modifyBy createTime updateTime operator',
    'operateTime taskParamList taskParamMap resourceIds dependence',
  ),
  relations: words(
    'id projectCode processDefinitionCode processDefinitionVersion workflowDefinitionCode',
    'workflowDefinitionVersion preTaskVersion postTaskVersion createTime updateTime operator operateTime',
  ),
}

/** Another value for every field of a definition and of a task that a person can set. */
const OTHER: {
  readonly definition: Fields
  readonly tasks: Fields
} = {
  definition: {
    name: 'another name',
    description: 'another description',
    globalParams: '[{"prop":"other","direct":"IN","type":"LONG","value":"7"}]',
    timeout: 17,
    executionType: 'SERIAL_WAIT',
    tenantCode: 'etl',
  },
  tasks: {
    name: 'another task',
    description: 'another description',
    taskParams: { localParams: [], rawScript: 'echo other', resourceList: [] },
    flag: 'NO',
    isCache: 'YES',
    taskPriority: 'LOWEST',
    workerGroup: 'another group',
    environmentCode: 4711,
    failRetryTimes: 7,
    failRetryInterval: 8,
    timeoutFlag: 'OPEN',
    timeoutNotifyStrategy: 'WARNFAILED',
    timeout: 9,
    delayTime: 11,
    taskGroupId: 4,
    taskGroupPriority: 5,
    cpuQuota: 12,
    memoryMax: 13,
    taskExecuteType: 'STREAM',
  },
}
/** Without them the field itself means nothing. */
const WITH: Readonly<Record<string, Fields>> = {
  taskGroupPriority: { taskGroupId: 4 },
  timeout: { timeoutFlag: 'OPEN' },
  timeoutNotifyStrategy: { timeoutFlag: 'OPEN', timeout: 9 },
  timeoutFlag: { timeout: 9 },
}
/** What the others hang on; and places, which differ in what was recorded. */
const NOT_CHANGED = words('code taskType locations')

function words(...lines: readonly string[]): ReadonlySet<string> {
  return new Set(lines.flatMap((line) => line.split(' ')))
}

function read(raw: RawDefinition): LiveDefinition {
  return Detail.parse(asAnswered(raw))
}

function comesBack(version: Version, live: LiveDefinition) {
  const family = FAMILIES[version]
  const compiler = createDolphinCompiler(dialectOf(family))
  const { definition } = live
  const bindings = { ...bindingsFor(family), taskCodes: compiler.taskCodesOf(definition) }
  return compiler.compile(compiler.decompile(definition, bindings), bindings)
}

const Form = z.object({
  name: z.string(),
  description: z.string().transform((text) => readMarker(text).description),
  globalParams: z.string(),
  locations: z.string(),
  timeout: z.number(),
  executionType: z.string(),
  tenantCode: z.string().optional(),
  taskRelationJson: z.string(),
  taskDefinitionJson: z.string(),
})
const Rows = z.array(z.record(z.string(), z.unknown()))

/** What a publish would send for a definition that was read, decompiled and compiled again. */
function sentFor(version: Version, raw: RawDefinition): Omit<RawDefinition, 'file'> {
  const live = read(raw)
  const { taskRelationJson, taskDefinitionJson, ...definition } = Form.parse(
    definitionForm(
      {
        projectCode: '1',
        definition: comesBack(version, live),
        layout: live.layout,
        tenant: 'of the environment',
      },
      live.taskVersions,
      dialectOf(FAMILIES[version]),
    ),
  )
  return {
    definition,
    relations: Rows.parse(JSON.parse(taskRelationJson)),
    tasks: Rows.parse(JSON.parse(taskDefinitionJson)),
  }
}

/** Only what a person can set, in one spelling: JSON texts as what they hold, null as nothing. */
function settable(part: keyof typeof BY_THE_ENGINE, row: Fields): Fields {
  return Object.fromEntries(
    Object.entries(row)
      .filter(([field, value]) => !BY_THE_ENGINE[part].has(field) && value !== null && value !== '')
      .map(([field, value]) => [
        field,
        (field === 'globalParams' || field === 'locations') && typeof value === 'string'
          ? JSON.parse(value)
          : value,
      ]),
  )
}

function byCodes(rows: readonly Fields[], ...fields: readonly string[]): readonly Fields[] {
  const keyOf = (row: Fields): string => fields.map((field) => String(row[field])).join('>')
  return rows.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
}

function comparable({ definition, relations, tasks }: Omit<RawDefinition, 'file'>) {
  return {
    definition: settable('definition', definition),
    relations: byCodes(
      relations.map((row) => settable('relations', row)),
      'preTaskCode',
      'postTaskCode',
    ),
    tasks: byCodes(
      tasks.map((row) => settable('tasks', row)),
      'code',
    ),
  }
}

describe.each(VERSIONS)('what a real %s has answered', (version) => {
  const found = rawDefinitions(version)

  test('comes back from a document as it was', () => {
    const again = found.map((raw) => {
      const { description: _marked, tenant: _tenant, ...rest } = comesBack(version, read(raw))
      return [raw.file, rest]
    })

    expect(found.length).toBeGreaterThanOrEqual(3)
    expect(again).toEqual(
      found.map((raw) => {
        const { description: _description, tenant: _told, ...rest } = read(raw).definition
        return [raw.file, rest]
      }),
    )
  })

  test('would be sent back field by field as it was answered', () => {
    const sent = found.map((raw) => [raw.file, withUntold(raw, sentFor(version, raw))])

    expect(sent).toEqual(found.map((raw) => [raw.file, comparable(raw)]))
  })

  test.each(fieldsOf(found, 'definition'))('would be sent back with another %s', (field) => {
    const other = OTHER.definition[field]
    const raw = found.find(({ definition }) => definition[field] !== null)
    if (raw === undefined) throw new Error(`no definition tells its ${field}`)

    const sent = sentFor(version, { ...raw, definition: { ...raw.definition, [field]: other } })

    expect(other, `another value for ${field}`).toBeDefined()
    expect(plain(sent.definition[field])).toEqual(plain(other))
  })

  test.each(fieldsOf(found, 'tasks'))('would be sent back with a task of another %s', (field) => {
    const other = OTHER.tasks[field]
    const isShell = (row: Fields): boolean => row['taskType'] === 'SHELL'
    const raw = found.find(({ tasks }) => tasks.every(isShell))
    const [task, ...rest] = raw?.tasks ?? []
    if (raw === undefined || task === undefined) throw new Error('no definition of shell tasks')
    const changed = { ...task, ...WITH[field], [field]: other }

    const sent = sentFor(version, { ...raw, tasks: [changed, ...rest] })

    expect(other, `another value for ${field}`).toBeDefined()
    expect(sent.tasks.find(({ code }) => code === task['code'])?.[field]).toEqual(other)
  })
})

/** Every settable field that any row has. */
function fieldsOf(
  found: readonly RawDefinition[],
  part: 'definition' | 'tasks',
): readonly string[] {
  const rows = found.flatMap((raw) => (part === 'tasks' ? raw.tasks : [raw.definition]))
  return [...new Set(rows.flatMap((row) => Object.keys(row)))].filter(
    (field) => !BY_THE_ENGINE[part].has(field) && !NOT_CHANGED.has(field),
  )
}

function plain(value: unknown): unknown {
  return typeof value === 'string' && value.startsWith('[') ? JSON.parse(value) : value
}

/** Some answers of 3.1 do not tell the tenant, which is then the environment's. */
function withUntold(raw: RawDefinition, sent: Omit<RawDefinition, 'file'>) {
  const { tenantCode, ...definition } = sent.definition
  const isTold = (raw.definition['tenantCode'] ?? null) !== null
  return comparable({
    ...sent,
    definition: isTold ? { ...definition, tenantCode } : definition,
  })
}
