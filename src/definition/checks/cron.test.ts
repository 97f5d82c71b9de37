import { expect, test } from 'vitest'
import { WorkflowDocument, type ScheduleSpec } from '../document.ts'
import { cronDst } from './cron-dst.ts'
import { cronNeverFires } from './cron-never-fires.ts'

const context = { now: new Date('2026-03-01T10:00:00Z') }

function scheduled(schedule?: ScheduleSpec) {
  return WorkflowDocument.parse({
    apiVersion: 'slipway/v1',
    kind: 'Workflow',
    id: 'w',
    name: 'W',
    tasks: [{ key: 'a', type: 'shell', script: 'x' }],
    ...(schedule ? { schedule } : {}),
  })
}
const never = (schedule?: ScheduleSpec) => cronNeverFires.run(scheduled(schedule), context)
const dst = (schedule?: ScheduleSpec) =>
  cronDst.run(scheduled(schedule), context).map(({ message }) => message)

const zone = 'Europe/Berlin'

test('a cron that no date fits is found', () => {
  expect(never({ cron: '0 0 3 30 2 ?', timezone: 'UTC' })).toEqual([
    { path: ['schedule', 'cron'], message: 'no date fits this cron from now on' },
  ])
  expect(never({ cron: '0 0 3 * * ? 2025', timezone: 'UTC' })).toHaveLength(1)
})

test('a schedule that ended, or ends before its first fire, is found', () => {
  const yearly = { cron: '0 3 24 12 *', timezone: 'Asia/Shanghai' }

  expect(never({ ...yearly, end: '2026-12-01T00:00:00' })).toEqual([
    {
      path: ['schedule', 'end'],
      message:
        'ends at 2026-12-01T00:00:00 (Asia/Shanghai), before the next time its cron would fire: 2026-12-23T19:00:00.000Z',
    },
  ])
  expect(never({ cron: '0 3 * * *', timezone: 'UTC', end: '2026-02-01T00:00' })).toHaveLength(1)
  expect(
    never({ ...yearly, start: '2027-12-25T00:00:00', end: '2028-12-01T00:00:00' }),
  ).toHaveLength(1)
})

test.each([
  undefined,
  { cron: '0 3 * * *', timezone: 'UTC' },
  { cron: '0 3 29 2 *', timezone: 'UTC' },
  { cron: '0 0 3 * * ? 2030', timezone: 'UTC', start: '2030-01-01T00:00:00' },
  { cron: '0 3 24 12 *', timezone: 'UTC', end: '2026-12-24T03:00:00' },
  { cron: 'no cron', timezone: 'UTC' },
  { cron: '0 0 3 30 2 ?', timezone: 'Nowhere/Atlantis' },
])('%j fires, or is an issue anyway', (schedule) => {
  expect(never(schedule)).toEqual([])
})

test('fires in the skipped and in the doubled hour are named with their next date', () => {
  expect(dst({ cron: '30 2 * * *', timezone: zone })).toEqual([
    '2026-03-29 02:30 does not exist in Europe/Berlin: it does not fire then',
    '2026-10-25 02:30 comes twice in Europe/Berlin: it fires the second time',
  ])
  expect(dst({ cron: '30 1 * * *', timezone: 'America/New_York' })).toEqual([
    '2026-11-01 01:30 comes twice in America/New_York: it fires the second time',
  ])
  expect(dst({ cron: '0 15 2 ? * SUN', timezone: 'Australia/Lord_Howe' })).toEqual([
    '2026-10-04 02:15 does not exist in Australia/Lord_Howe: it does not fire then',
  ])
})

test('a zone that changes its clock twice within six weeks is followed', () => {
  const document = scheduled({ cron: '30 2 * * *', timezone: 'Africa/Casablanca' })

  const found = cronDst.run(document, { now: new Date('2025-01-01T00:00:00Z') })

  expect(found.map(({ message }) => message)).toEqual([
    '2025-04-06 02:30 does not exist in Africa/Casablanca: it does not fire then',
    '2025-02-23 02:30 comes twice in Africa/Casablanca: it fires the second time',
  ])
})

test.each([
  undefined,
  { cron: '0 3 * * *', timezone: zone },
  { cron: '30 2 * * MON-FRI', timezone: zone },
  { cron: '30 2 * * *', timezone: 'Asia/Shanghai' },
  { cron: '30 2 * * *', timezone: 'UTC' },
  { cron: '*/5 * * * *', timezone: zone },
  { cron: '30 * * * *', timezone: zone },
  { cron: '30 1-5 * * *', timezone: zone },
  { cron: '30 2 * * *', timezone: zone, end: '2026-03-20T00:00:00' },
  { cron: '30 2 * * *', timezone: zone, start: '2027-11-01T00:00:00' },
  { cron: 'no cron', timezone: zone },
])('%j loses nothing to the clock', (schedule) => {
  expect(dst(schedule)).toEqual([])
})

test('a few hours apart is not every hour', () => {
  expect(dst({ cron: '0 2,14 * * *', timezone: zone })).toHaveLength(2)
  expect(dst({ cron: '0 */2 * * *', timezone: zone })).toHaveLength(2)
})
