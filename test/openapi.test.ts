import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Kysely, MysqlDialect } from 'kysely'
import { createPool } from 'mysql2'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { parseConfig } from '#src/config.ts'
import type { Database } from '#src/db/tables.ts'
import { ERROR_CODES } from '#src/lib/error-codes.ts'
import { silentLog } from '#src/lib/log.ts'
import { createSecretBox } from '#src/lib/secrets.ts'
import { createMetrics } from '#src/metrics.ts'
import { wire } from '#src/wire.ts'

const path = join(resolve(import.meta.dirname, '..'), 'openapi/openapi.json')

const Operation = z.looseObject({
  operationId: z.string(),
  tags: z.array(z.string()).min(1),
  summary: z.string().optional(),
  description: z.string().optional(),
  responses: z.record(z.string(), z.unknown()),
})
const Contract = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), Operation)) })

/** The contract as the service serves it; no connection is opened for that. */
async function served() {
  const pool = createPool({ uri: 'mysql://nobody@127.0.0.1:1/none' })
  const { app } = wire({
    config: parseConfig({}),
    db: new Kysely<Database>({ dialect: new MysqlDialect({ pool }) }),
    log: silentLog,
    metrics: createMetrics(),
    secrets: createSecretBox(new Map([['k', Buffer.alloc(32)]])),
    engineFetch: () => Promise.reject(new Error('no engine here')),
    signal: new AbortController().signal,
    owner: 'test',
    isDraining: () => false,
  })
  const reply = await app.request('/openapi.json')
  return Contract.parse(await reply.json())
}

type Paths = z.output<typeof Contract>['paths']

function operationsOf(paths: Paths) {
  return Object.entries(paths).flatMap(([route, methods]) =>
    Object.values(methods).map((operation) => ({ route, ...operation })),
  )
}

/** What stands in backquotes and fits. */
function quoted(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(/`([^`]+)`/g)]
    .map(([, code = '']) => code)
    .filter((code) => pattern.test(code))
}

test('openapi/openapi.json is what the service serves', async () => {
  const contract = await served()
  if (process.env['UPDATE'] === '1') writeFileSync(path, `${JSON.stringify(contract, null, 2)}\n`)

  expect(contract).toEqual(JSON.parse(readFileSync(path, 'utf8')))
})

test('every operation has its own id, and those below /api/v1 tell their refusals', async () => {
  const operations = operationsOf((await served()).paths)

  const ids = operations.map((operation) => operation.operationId)

  expect(new Set(ids).size).toBe(ids.length)
  const silent = operations.filter(
    ({ route, responses }) =>
      route.startsWith('/api/v1') && !['401', '403'].every((status) => status in responses),
  )
  expect(silent.map((operation) => operation.operationId)).toEqual([])
})

test('a custom verb is documented as it is called', async () => {
  const { paths } = await served()

  expect(Object.keys(paths)).toContain('/api/v1/publications/{publication_id}:approve')
  expect(Object.keys(paths).filter((route) => route.includes('~'))).toEqual([])
})

test('no two schemas register one name: the later would be documented as the first', () => {
  const root = resolve(import.meta.dirname, '../src')
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  const sources = files
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(root, file), 'utf8'))

  const names = sources.flatMap((source) =>
    [...source.matchAll(/\.openapi\(\s*'(\w+)'/g)].map(([, name = '']) => name),
  )

  expect(names.length).toBeGreaterThan(20)
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
})

test('every operation says what its name does not, each in its own words', async () => {
  const operations = operationsOf((await served()).paths)

  const texts = operations.map(({ description }) => description?.trim() ?? '')

  expect(operations.filter(({ summary }) => !summary)).toEqual([])
  expect(operations.filter((_operation, index) => texts[index] === '')).toEqual([])
  expect(texts.filter((text, index) => texts.indexOf(text) !== index)).toEqual([])
})

test('descriptions name only error codes and operations that exist', async () => {
  const { paths } = await served()
  const texts = operationsOf(paths).map(({ description }) => description ?? '')

  const codes = texts.flatMap((text) => quoted(text, /^[a-z_]+\.[a-z_]+$/))
  const calls = texts.flatMap((text) => quoted(text, /^[A-Z]+ \//))

  expect(codes.filter((code) => !Object.hasOwn(ERROR_CODES, code))).toEqual([])
  const known = new Set(
    Object.entries(paths).flatMap(([route, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${route}`),
    ),
  )
  expect(calls.filter((call) => !known.has(call.replace(' ', ' /api/v1')))).toEqual([])
})
