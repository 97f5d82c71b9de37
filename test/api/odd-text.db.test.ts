import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { createTestApp, type TestApp } from '#test/support/app.ts'
import { useTestDatabase } from '#test/support/database.ts'
import {
  addVersion,
  createInstallation,
  ordersDocument,
  type Installation,
} from '#test/support/installation.ts'

const Parameter = z.looseObject({
  name: z.string(),
  in: z.string(),
  schema: z.looseObject({ type: z.unknown().optional() }),
})
const Operation = z.looseObject({
  operationId: z.string(),
  parameters: z.array(Parameter).default([]),
})
const contract = z
  .looseObject({ paths: z.record(z.string(), z.record(z.string(), Operation)) })
  .parse(
    JSON.parse(readFileSync(resolve(import.meta.dirname, '../../openapi/openapi.json'), 'utf8')),
  )
const operations = Object.entries(contract.paths).flatMap(([path, methods]) =>
  path.startsWith('/api/v1')
    ? Object.entries(methods).map(([method, operation]) => ({
        method: method.toUpperCase(),
        path: path.slice('/api/v1'.length),
        ...operation,
      }))
    : [],
)

/** An emoji, an umlaut, a character that no id has but the database could keep. */
const ODD = ['😀', 'ü', 'a\u0000']

/** Bodies that fit their schema, and the fields of theirs that name something by its id. */
const BODIES: Readonly<Record<string, { readonly body: object; readonly ids: readonly string[] }>> =
  {
    createApiToken: { body: { member_id: 'mem_x', name: 'n' }, ids: ['member_id'] },
    createEnvironment: {
      body: { name: 'other', cluster_id: 'clu_x', project_name: 'p' },
      ids: ['cluster_id'],
    },
    planPublication: { body: { environment: 'prod', operation: 'deploy' }, ids: ['environment'] },
    requestPublication: {
      body: { environment: 'prod', operation: 'deploy', plan_digest: 'x' },
      ids: ['environment', 'plan_digest'],
    },
    startRun: { body: { environment: 'prod' }, ids: ['environment', 'job_run_id'] },
    createInspectionRule: {
      body: { name: 'r', rule: { kind: 'consecutive_failures', params: { times: 3 } } },
      ids: ['workflow_id', 'environment'],
    },
    createAlertRoute: { body: { channel_id: 'chn_x' }, ids: ['channel_id', 'environment'] },
    createVersion: { body: { note: '' }, ids: [] },
    rollbackVersion: { body: { note: '' }, ids: [] },
    saveDraft: { body: ordersDocument(), ids: [] },
    changeMember: { body: { display_name: 'd' }, ids: [] },
    changeCluster: { body: { name: 'd' }, ids: [] },
    changeEnvironment: { body: { stage_rank: 1 }, ids: [] },
    setEnvironmentPolicy: { body: { approvals_required: 0 }, ids: [] },
    changeInspectionRule: { body: { name: 'd' }, ids: [] },
    changeAlertChannel: { body: { name: 'd' }, ids: [] },
  }

const { db } = await useTestDatabase()
let installation: Installation
let app: TestApp

beforeAll(async () => {
  installation = await createInstallation(db)
  app = await createTestApp(installation)
  await addVersion(installation, ordersDocument())
})

const KNOWN: Readonly<Record<string, string>> = {
  workflow_id: 'daily_orders',
  version: '1',
  environment_id: 'prod',
}

/** The path with one parameter odd and the others of things that are there, or could be. */
function pathWith(path: string, name: string, odd: string): string {
  return path.replaceAll(/\{(\w+)\}/g, (_whole, parameter: string) =>
    encodeURIComponent(parameter === name ? odd : (KNOWN[parameter] ?? 'x')),
  )
}

const places = operations.flatMap(({ parameters, ...operation }) =>
  parameters
    .filter((parameter) => parameter.in === 'path' || parameter.in === 'query')
    .map((parameter) => ({ ...operation, where: parameter.in, name: parameter.name })),
)

test.each(places)(
  '$method $path: odd text as $name is an answer of ours and no failure',
  async ({ method, path, operationId, where, name }) => {
    const body = BODIES[operationId]?.body
    const query = operationId === 'diffVersions' ? { from: 'draft', to: 'draft' } : {}

    const replies = await Promise.all(
      ODD.map((odd) => {
        const at = where === 'path' ? pathWith(path, name, odd) : pathWith(path, '', '')
        const search = new URLSearchParams({ ...query, ...(where === 'query' && { [name]: odd }) })
        return app.call('god', method, `${at}?${search.toString()}`, {
          ...(body && { body }),
          headers: { 'if-match': '*' },
        })
      }),
    )

    const mustBeRefused = where === 'path' || name === 'cursor'
    const isFine = (status: number): boolean =>
      mustBeRefused ? [404, 422].includes(status) : status < 500
    expect(replies.filter(({ status }) => !isFine(status))).toEqual([])
  },
)

const fields = operations.flatMap(({ operationId, ...operation }) =>
  (BODIES[operationId]?.ids ?? []).map((field) => ({ ...operation, operationId, field })),
)

test.each(fields)(
  '$method $path: odd text as $field of the body is an answer of ours and no failure',
  async ({ method, path, operationId, field }) => {
    const replies = await Promise.all(
      ODD.map((odd) =>
        app.call('god', method, pathWith(path, '', ''), {
          body: { ...BODIES[operationId]?.body, [field]: odd },
          headers: { 'if-match': '*' },
        }),
      ),
    )

    expect(replies.filter(({ status }) => status >= 500)).toEqual([])
  },
)

test('a cursor that holds text of nobody’s id was not made by the list', async () => {
  const lists = operations.filter(
    ({ path, parameters }) =>
      parameters.some((parameter) => parameter.name === 'cursor') &&
      [...path.matchAll(/\{(\w+)\}/g)].every(([, name = '']) => name in KNOWN),
  )
  const cursors = [['ü'], ['2026-01-01T00:00:00.000Z', '😀']].map((position) =>
    Buffer.from(JSON.stringify(position)).toString('base64url'),
  )

  const replies = await Promise.all(
    lists.flatMap(({ path }) =>
      cursors.map((cursor) => app.call('god', 'GET', `${pathWith(path, '', '')}?cursor=${cursor}`)),
    ),
  )

  expect(
    replies.filter(({ status, body }) => status !== 422 || body.code !== 'cursor.invalid'),
  ).toEqual([])
})

test('a thing with an odd name is not found, and says what was looked for', async () => {
  const asked = [
    await app.call('god', 'GET', '/environments/%C3%A9'),
    await app.call('god', 'POST', '/workflows/daily_orders/publications:plan', {
      body: { environment: 'é', operation: 'deploy' },
    }),
  ]

  expect(asked.map(({ status, body }) => [status, body.code, body.detail])).toEqual(
    asked.map(() => [404, 'environment.not_found', 'no environment "é"']),
  )
})

test('a workflow is found by a name that is not ASCII', async () => {
  await app.call('alice', 'POST', '/workflows', {
    body: { ...ordersDocument(), id: 'umlaut', name: 'Überfällig 😀' },
  })

  const found = await app.call(
    'god',
    'GET',
    `/workflows?search=${encodeURIComponent('überfällig')}`,
  )

  expect(found.body.items).toMatchObject([{ workflow_id: 'umlaut' }])
})
