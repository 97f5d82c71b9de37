import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Kysely, MysqlDialect } from 'kysely'
import { createPool } from 'mysql2'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { parseConfig } from '#src/config.ts'
import type { Database } from '#src/db/tables.ts'
import { silentLog } from '#src/lib/log.ts'
import { createSecretBox } from '#src/lib/secrets.ts'
import { createMetrics } from '#src/metrics.ts'
import { wire } from '#src/wire.ts'

const path = join(resolve(import.meta.dirname, '..'), 'openapi/openapi.json')

const Operation = z.looseObject({
  operationId: z.string(),
  tags: z.array(z.string()).min(1),
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

test('openapi/openapi.json is what the service serves', async () => {
  const contract = await served()
  if (process.env['UPDATE'] === '1') writeFileSync(path, `${JSON.stringify(contract, null, 2)}\n`)

  expect(contract).toEqual(JSON.parse(readFileSync(path, 'utf8')))
})

test('every operation has its own id, and those below /api/v1 tell their refusals', async () => {
  const { paths } = await served()
  const operations = Object.entries(paths).flatMap(([route, methods]) =>
    Object.values(methods).map((operation) => ({ route, ...operation })),
  )

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
