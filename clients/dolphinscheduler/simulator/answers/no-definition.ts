import type { AnswerKind } from './kind.ts'
import { THROWN_BY_CREATE, each, no } from './kind.ts'

const readError = { read: 'the errors of the controller' }

/** Answers that say no, of definitions. */
export const DEFINITION_NO = {
  'definition.exists': no(
    [
      '033-definition-create-duplicate-name',
      '030-definition-create-duplicate-name',
      '030-definition-create-duplicate-name',
    ],
    { code: 10168, text: '{w} definition name {0} already exists', status: THROWN_BY_CREATE },
  ),
  'definition.rename_taken': no(
    [
      '145-definition-update-rename-to-taken',
      '141-definition-update-rename-to-taken',
      '141-definition-update-rename-to-taken',
    ],
    { code: 10168, text: '{w} definition name {0} already exists' },
  ),
  'definition.cycle': no(
    ['035-definition-create-cycle', '032-definition-create-cycle', '032-definition-create-cycle'],
    { code: 50019, text: '{w} node has cycle', status: THROWN_BY_CREATE },
  ),
  'definition.bad_json': no(
    [
      '036-definition-create-bad-json',
      '033-definition-create-bad-json',
      '033-definition-create-bad-json',
    ],
    {
      code: each(50017, 50017, 10001),
      text: each('data {0} not valid', 'data {0} not valid', 'request parameter {1} is not valid'),
      status: THROWN_BY_CREATE,
    },
  ),
  'definition.create_params': no(
    [
      '178-x-create-definition-json-body',
      'definition-create-no-params',
      '174-x-create-definition-json-body',
    ],
    { code: 10105, text: 'create {w} definition error', status: THROWN_BY_CREATE },
  ),
  'definition.update_failed': no([readError, readError, readError], {
    code: 10106,
    text: 'update {w} definition error',
  }),
  'definition.no_is_cache': no([null, 'definition-create-no-is-cache', null], {
    code: 10001,
    text: 'request parameter {0} is not valid',
  }),
  'definition.same_task_names': no([null, null, '175-x-definition-duplicate-task-name'], {
    code: 10198,
    text: 'task name same duplicate error',
    status: 201,
  }),
  'definition.long_description': no(
    [
      'definition-create-long-description',
      'definition-create-long-description',
      { read: 'measured, not kept' },
    ],
    { code: 1400004, text: 'description is too long error', status: THROWN_BY_CREATE },
  ),
  'definition.missing': no(
    ['040-definition-get-unknown', '037-definition-get-unknown', '037-definition-get-unknown'],
    { code: 50003, text: '{w} definition {0} does not exist' },
  ),
  'definition.not_editable': no(
    [
      '051-definition-update-while-online',
      '048-definition-update-while-online',
      '048-definition-update-while-online',
    ],
    { code: 50008, text: '{w} definition {0} does not allow edit' },
  ),
  'definition.release_failed': no(
    [
      '050-definition-release-bad-state',
      '047-definition-release-bad-state',
      '047-definition-release-bad-state',
    ],
    { code: 10108, text: 'release {w} definition error' },
  ),
  'definition.release_of_two_schedules': no(
    ['definition-release-offline-two-schedules', null, null],
    { code: 10108, text: 'release {w} definition error' },
  ),
  'definition.still_online': no(
    [
      '155-definition-delete-online',
      '151-definition-delete-online',
      '151-definition-delete-online',
    ],
    { code: 50021, text: '{w} definition [{0}] is already online' },
  ),
  'definition.still_running': no(
    [
      '103-long-definition-delete-while-running',
      '100-long-definition-delete-while-running',
      '100-long-definition-delete-while-running',
    ],
    {
      code: 10163,
      text: 'delete {w} definition by code fail, for there are {0} {w} instances in executing using it',
    },
  ),
  'definition.bad_task': no(
    [
      '181-x-definition-empty-script',
      'definition-create-empty-script',
      '177-x-definition-empty-script',
    ],
    { code: 50020, text: '{w} node {0} parameter invalid', status: THROWN_BY_CREATE },
  ),
  'definition.unknown_type': no(
    [
      'definition-create-unknown-task-type',
      'definition-create-unknown-task-type',
      '176-x-definition-unknown-task-type',
    ],
    {
      code: each(50020, 50020, 10001),
      text: each(
        'process node {0} parameter invalid',
        'process node {0} parameter invalid',
        'request parameter {1} is not valid',
      ),
      status: THROWN_BY_CREATE,
    },
  ),
  'definition.no_tasks': no(
    [
      'definition-create-no-tasks',
      'definition-create-no-tasks',
      { read: 'the same service as in 3.2' },
    ],
    { code: 50017, text: 'data [] not valid', status: THROWN_BY_CREATE },
  ),
  'definition.double_params': no(
    [
      'definition-create-double-params',
      'definition-create-double-params',
      { read: 'CreateWorkflowDefinition of 3.4.2 refuses double and blank keys' },
    ],
    { code: 10105, text: 'create {w} definition error', status: THROWN_BY_CREATE },
  ),
  'definition.sub_offline': no(
    [null, 'definition-release-sub-offline', { read: 'the same service as in 3.2' }],
    { code: 10000, text: 'Internal Server Error: SubWorkflowDefinition {0} is not online' },
  ),
  'definition.not_own': no(
    [
      'other-user-definition-delete',
      'other-user-definition-delete',
      { read: 'the same service as in 3.2' },
    ],
    { code: 30001, text: 'user has no operation privilege' },
  ),
} as const satisfies Readonly<Record<string, AnswerKind>>
