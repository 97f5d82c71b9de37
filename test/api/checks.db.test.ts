import { expect, test } from 'vitest'
import { createTestApp } from '#test/support/app.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { createInstallation, ordersDocument } from '#test/support/installation.ts'

const { db } = await useTestDatabase()

const doubtful = ordersDocument({
  start: { params: { properties: { biz_date: {} } } },
  tasks: [
    { key: 'extract', type: 'shell', script: 'mysql -u etl -pSup3rS3cret -e "select 1"' },
    { key: 'load', type: 'shell', needs: ['extract'], script: 'echo ${biz_dat}' },
  ],
  schedule: { cron: '30 2 * * *', timezone: 'Europe/Berlin' },
})
/** As of the test clock, 2026-03-01. */
const checks = [
  {
    check: 'cron_dst',
    severity: 'warning',
    pointer: '/schedule/cron',
    message: '2026-03-29 02:30 does not exist in Europe/Berlin: it does not fire then',
  },
  {
    check: 'cron_dst',
    severity: 'warning',
    pointer: '/schedule/cron',
    message: '2026-10-25 02:30 comes twice in Europe/Berlin: it fires the second time',
  },
  {
    check: 'unused_parameter',
    severity: 'warning',
    pointer: '/start/params/properties/biz_date',
    message: 'no task reads "biz_date": ${biz_date} stands nowhere',
  },
  {
    check: 'pasted_secret',
    severity: 'error',
    pointer: '/tasks/0/script',
    message: 'line 1: a password (Su…, 11 characters)',
  },
  {
    check: 'unknown_parameter',
    severity: 'warning',
    pointer: '/tasks/1/script',
    message:
      'nothing gives ${biz_dat} a value: no start parameter, no parameter of the task, no output, and the script sets none of that name',
  },
]

async function setup() {
  return createTestApp(await createInstallation(db))
}

test('validate answers what is probably not meant beside the faults', async () => {
  const app = await setup()

  const reply = await app.call('dave', 'POST', '/workflows:validate', { body: doubtful })

  expect(reply).toMatchObject({ status: 200, body: { issues: [], checks } })
})

test('a document in order has no findings', async () => {
  const app = await setup()

  const reply = await app.call('dave', 'POST', '/workflows:validate', { body: ordersDocument() })

  expect(reply.body).toEqual({ issues: [], checks: [] })
})

test('a draft carries its findings when it is made, saved and read, and they block no version', async () => {
  const app = await setup()

  const made = await app.call('alice', 'POST', '/workflows', { body: doubtful })
  const saved = await app.call('alice', 'PUT', '/workflows/daily_orders', {
    body: { ...doubtful, description: 'again' },
    headers: { 'if-match': '*' },
  })
  const read = await app.call('dave', 'GET', '/workflows/daily_orders')
  const version = await app.call('alice', 'POST', '/workflows/daily_orders/versions', {
    body: { note: 'as it is' },
  })

  for (const reply of [made, saved, read]) expect(reply.body.checks).toEqual(checks)
  expect(version.status).toBe(201)
})
