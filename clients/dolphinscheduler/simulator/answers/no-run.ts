import type { AnswerKind } from './kind.ts'
import { THROWN_BY_CREATE, each, no } from './kind.ts'

const NOT_ONLINE = each(
  'process definition {0} process version {1} not online',
  'process definition {0,} process version {1} not online',
  'workflow definition {0,} workflow version {1} not online',
)
const readStatus = { read: 'the numbers of Status' }
const FREE_TEXT = 'Internal Server Error: '

/** Of schedules, runs and logs. */
export const RUN_NO = {
  'schedule.definition_offline': no(
    [
      '047-schedule-create-on-offline-definition',
      '044-schedule-create-on-offline-definition',
      '044-schedule-create-on-offline-definition',
    ],
    { code: 50004, text: NOT_ONLINE, status: { ...THROWN_BY_CREATE, '3.1': 201 } },
  ),
  'schedule.online_definition_offline': no(
    [
      '142-schedule-online-while-definition-offline',
      '138-schedule-online-while-definition-offline',
      '138-schedule-online-while-definition-offline',
    ],
    { code: 50004, text: '{w} definition {0} {w} version {1} not online' },
  ),
  'schedule.bad_cron': no(
    [
      '126-schedule-create-bad-cron',
      '123-schedule-create-bad-cron',
      '123-schedule-create-bad-cron',
    ],
    { code: 10001, text: 'request parameter {0} is not valid', status: 201 },
  ),
  'schedule.exists': no(
    [
      null,
      '125-schedule-create-second-for-same-definition',
      '125-schedule-create-second-for-same-definition',
    ],
    {
      code: 10204,
      text: 'workflow {0,} schedule {1} already exist, please update or delete it',
      status: 201,
    },
  ),
  'schedule.online_again': no(['132-schedule-online-again', null, null], {
    code: 10126,
    text: 'schedule release is already ONLINE',
  }),
  'schedule.not_editable': no(
    [
      '134-schedule-update-while-online',
      '130-schedule-update-while-online',
      '130-schedule-update-while-online',
    ],
    { code: 10023, text: 'online status does not allow update operations' },
  ),
  'schedule.still_online': no(
    [
      '136-schedule-delete-while-online',
      '132-schedule-delete-while-online',
      '132-schedule-delete-while-online',
    ],
    { code: 50023, text: 'the status of schedule {0} is already online' },
  ),
  'schedule.not_own': no(
    [
      'other-user-schedule-delete',
      'other-user-schedule-delete',
      { read: 'the same service as in 3.2' },
    ],
    { code: 30001, text: 'user has no operation privilege' },
  ),
  'schedule.missing': no(
    [
      'schedule-online-unknown',
      'schedule-delete-unknown',
      { read: 'the same controller as in 3.2' },
    ],
    {
      code: each(10022, 10203, 10203),
      text: each(
        'scheduler crontab {0,} does not exist',
        'schedule {0,} does not exist',
        'schedule {0,} does not exist',
      ),
    },
  ),
  'schedule.create_failed': no(
    [
      'schedule-create-unknown-definition',
      'schedule-create-unknown-definition',
      { read: 'the same exception as in 3.2' },
    ],
    { code: 10076, text: 'create schedule error', status: THROWN_BY_CREATE },
  ),
  'schedule.update_failed': no(['schedule-update-unknown', null, null], {
    code: 10077,
    text: 'update schedule error',
  }),
  'schedule.offline_again': no(['schedule-offline-again', null, null], {
    code: 10126,
    text: 'schedule release is already OFFLINE',
  }),
  'run.definition_offline': no(
    [
      '046-start-offline-definition',
      '043-start-offline-definition',
      '043-start-offline-definition',
    ],
    {
      code: each(50004, 50004, 50014),
      text: each(
        NOT_ONLINE['3.1'],
        NOT_ONLINE['3.2'],
        'start workflow instance error:The workflowDefinition should be online',
      ),
    },
  ),
  'run.definition_missing': no(
    [
      '072-start-unknown-definition',
      '069-start-unknown-definition',
      '069-start-unknown-definition',
    ],
    {
      code: each(50014, 50014, 10000),
      text: each(
        'start process instance error',
        'start process instance error',
        `${FREE_TEXT}Cannot find the workflow: {0}`,
      ),
    },
  ),
  'run.definition_elsewhere': no(
    ['start-definition-of-other-project', 'start-definition-of-other-project', null],
    {
      code: 50003,
      text: each(
        'process definition {0} does not exist',
        'process definition {0,} does not exist',
        '',
      ),
    },
  ),
  'run.params': no(
    ['074-start-missing-params', '071-start-missing-params', '071-start-missing-params'],
    {
      code: 50014,
      text: 'start {w} instance error',
    },
  ),
  'run.tenant_missing': no([null, '070-start-unknown-tenant', '070-start-unknown-tenant'], {
    code: each(10017, 10017, 50014),
    text: each(
      '',
      'tenant [{0}] not exists',
      'start workflow instance error:Tenant: [{0}] not exists',
    ),
  }),
  'run.wrong_state': no(
    ['124-stop-finished-instance', '121-stop-finished-instance', '121-stop-finished-instance'],
    {
      code: each(50006, 50015, 10000),
      text: each(
        'the status of process instance {0} is {1},Cannot perform {2} operation',
        'execute process instance error',
        `${FREE_TEXT}The workflow instance: {0} status is {1}, {3}`,
      ),
    },
  ),
  'run.execute_params': no(
    ['123-execute-bad-type', '120-execute-bad-type', '120-execute-bad-type'],
    {
      code: 50015,
      text: 'execute {w} instance error',
    },
  ),
  'instance.missing': no(
    ['059-instance-get-unknown', '056-instance-get-unknown', '056-instance-get-unknown'],
    { code: 50001, text: '{w} instance {0,} does not exist' },
  ),
  'instance.not_over': no(
    [
      '100-long-delete-running-instance',
      '097-long-delete-running-instance',
      '097-long-delete-running-instance',
    ],
    { code: 50006, text: 'the status of {w} instance {0} is {1},Cannot perform delete operation' },
  ),
  'instance.not_sub': no([readStatus, readStatus, readStatus], {
    code: 10021,
    text: 'task instance {0} is not sub {w} instance',
  }),
  'instance.page_params': no(
    ['058-instance-list-bad-state', '055-instance-list-bad-state', '055-instance-list-bad-state'],
    { code: 10113, text: 'query {w} instance list paging error' },
  ),
  'list.page_size': no(['184-x-list-pagesize-0', 'list-pagesize-0', '180-x-list-pagesize-0'], {
    code: 10001,
    text: 'request parameter pageSize is not valid',
  }),
  'log.task_missing': no(
    ['065-log-detail-unknown-task', '062-log-detail-unknown-task', '062-log-detail-unknown-task'],
    { code: 10008, text: 'task instance not found' },
  ),
  'log.not_yet': no(
    [
      'log-detail-not-dispatched',
      'log-detail-not-dispatched',
      { read: 'the same service as in 3.2' },
    ],
    { code: 10191, text: 'task instance host is null' },
  ),
  'product.unknown': no(['product-info', 'product-info', null], {
    code: 110_003,
    text: 'query plugins error',
  }),
} as const satisfies Readonly<Record<string, AnswerKind>>
