import { expect, test } from 'vitest'
import { FOREVER } from './desired-schedule.ts'
import { ScheduleContent } from './plan.ts'
import { specOf } from './schedule-spec.ts'

const said = { cron: '0 0 3 * * ? *', timezone: 'UTC' }

test.each([
  [FOREVER, {}, {}],
  [FOREVER, { end: '2099-12-31T00:00:00' }, { end: '2099-12-31T00:00:00' }],
  ['2027-01-01T00:00:00.000Z', { end: '2027-01-01T00:00' }, { end: '2027-01-01T00:00' }],
  ['2027-01-01T00:00:00.000Z', {}, { end: '2027-01-01T00:00:00' }],
  [FOREVER, { end: '2027-01-01T00:00:00' }, {}],
])('an end at %s, where %o was said, is %o', (endsAt, before, after) => {
  const content = ScheduleContent.parse({
    ...said,
    starts_at: null,
    ends_at: endsAt,
    on_failure: 'end',
    warning_type: 'none',
    warning_group_id: 0,
    priority: 'medium',
    worker_group: 'default',
    tenant: '',
    environment_code: null,
  })

  expect(specOf(content, { ...said, ...before })).toEqual({ ...said, ...after })
})
