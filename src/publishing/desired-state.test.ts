import { expect, test } from 'vitest'
import { desiredState } from './desired-state.ts'
import type { ScheduleContent } from './plan.ts'

const now = new Date('2026-03-01T10:00:00Z')
const content: ScheduleContent = {
  cron: '0 0 3 * * ?',
  timezone: 'UTC',
  starts_at: null,
  ends_at: '2099-12-31T00:00:00.000Z',
  on_failure: 'continue',
  warning_type: 'none',
  warning_group_id: 0,
  priority: 'medium',
  worker_group: 'default',
  tenant: 'default',
  environment_code: null,
}

test.each<[string, Partial<ScheduleContent>, boolean]>([
  ['that fires', {}, true],
  ['in a zone that nobody knows', { timezone: 'UTC+8' }, true],
  ['whose cron only the engine reads', { cron: '0 0 3 L-1 * ?' }, true],
  ['that ended', { ends_at: '2026-02-01T00:00:00.000Z' }, false],
  ['that ends before its next fire', { ends_at: '2026-03-02T02:00:00.000Z' }, false],
  ['that never fires', { cron: '0 0 0 30 2 ?' }, false],
])('a schedule %s goes online with its workflow: %s', (_what, change, isScheduleOnline) => {
  const desired = desiredState(
    {
      workflowId: 'w',
      environment: 'prod',
      operation: 'deploy',
      version: null,
      options: { online: true },
    },
    { live: null, definition: null, schedule: { ...content, ...change }, now },
  )

  expect(desired).toMatchObject({ is_online: true, is_schedule_online: isScheduleOnline })
})
