import { expect, test } from 'vitest'
import type { EngineDefinition } from '../engine/definition.ts'
import type { DesiredState, LiveState, ScheduleContent } from './plan.ts'
import { stepNames } from './plan-steps.ts'

const definition: EngineDefinition = {
  name: 'w',
  description: '',
  params: [],
  concurrency: 'parallel',
  timeoutMin: 0,
  tasks: [],
  edges: [],
}
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
/** What a switch of the version leaves. */
const switched: LiveState = {
  code: '1',
  engine_version: 2,
  is_online: false,
  definition,
  schedules: [{ id: 1, is_online: true, content }],
}
const online = { definition, is_online: true, schedule: content, is_schedule_online: true }
const offline = { ...online, is_online: false, is_schedule_online: false }
const edited = { ...definition, timeoutMin: 5 }
const changed = { ...content, cron: '0 0 4 * * ?' }

test.each<[string, DesiredState, readonly string[]]>([
  [
    'undeploy',
    { ...offline, definition: null, schedule: null },
    ['schedule_offline', 'schedule_delete', 'delete'],
  ],
  ['offline', offline, ['schedule_offline']],
  [
    'a deploy that stays offline',
    { ...offline, definition: edited },
    ['schedule_offline', 'update'],
  ],
  ['no schedule any more', { ...offline, schedule: null }, ['schedule_offline', 'schedule_delete']],
  ['online', online, ['online']],
  [
    'online with another schedule',
    { ...online, schedule: changed },
    ['schedule_offline', 'online', 'schedule_update', 'schedule_online'],
  ],
  [
    'online without its schedule',
    { ...online, is_schedule_online: false },
    ['schedule_offline', 'online'],
  ],
])('offline with its schedule online: %s', (_what, desired, steps) => {
  expect(stepNames(desired, switched)).toEqual([...steps, 'read_back'])
})
