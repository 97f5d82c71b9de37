import { DummyDriver, Kysely, MysqlAdapter, MysqlIntrospector, MysqlQueryCompiler } from 'kysely'
import { expect, test } from 'vitest'
import type { Database } from '../db/tables.ts'
import type { Call } from '../lib/call.ts'
import { silentLog } from '../lib/log.ts'
import { listPublications } from './publication-view.ts'

const CALL: Call = {
  orgId: 'org_1',
  actor: {
    kind: 'member',
    id: 'mem_1',
    name: 'bob',
    roles: ['approver'],
    tokenId: null,
    tokenCreatedBy: null,
    ip: null,
  },
  requestId: 'req_1',
  signal: new AbortController().signal,
  log: silentLog,
}

test('the list reads neither plans nor evidence, which it does not show', async () => {
  const queries: string[] = []
  const db = new Kysely<Database>({
    dialect: {
      createAdapter: () => new MysqlAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (of) => new MysqlIntrospector(of),
      createQueryCompiler: () => new MysqlQueryCompiler(),
    },
    log: ({ query }) => {
      queries.push(query.sql)
    },
  })

  await listPublications({ db }, CALL, { limit: 50 })

  expect(queries).toHaveLength(1)
  expect(queries[0]).toContain('`p`.`plan_digest`')
  expect(queries[0]).not.toMatch(/\*|`plan`|`evidence`/)
})
