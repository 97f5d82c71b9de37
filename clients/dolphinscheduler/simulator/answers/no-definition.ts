import type { AnswerKind } from './kind.ts'
import { each, no } from './kind.ts'

/** Answers that say no, of projects and definitions. */
export const DEFINITION_NO = {
  'project.exists': no(
    [
      '024-project-create-duplicate',
      '021-project-create-duplicate',
      '021-project-create-duplicate',
    ],
    { code: 10019, text: 'project {0} already exists', status: 201 },
  ),
  'project.missing': no(
    [
      '028-definition-list-unknown-project',
      '025-definition-list-unknown-project',
      '025-definition-list-unknown-project',
    ],
    { code: 10190, text: 'This project was not found. Please refresh page.' },
  ),
  'project.missing_for_create': no(
    [
      '034-definition-create-unknown-project',
      '031-definition-create-unknown-project',
      '031-definition-create-unknown-project',
    ],
    {
      code: each(10190, 10018, 10018),
      text: each(
        'This project was not found. Please refresh page.',
        'project  not found ',
        'project {0} not found ',
      ),
      status: 201,
    },
  ),
  'project.not_empty': no(
    [
      '161-project-delete-with-definitions',
      '157-project-delete-with-definitions',
      '157-project-delete-with-definitions',
    ],
    { code: 10137, text: 'please delete the {w} definitions in project first!' },
  ),
  'project.page_params': no(['029-missing-param', '026-missing-param', '026-missing-param'], {
    code: 10049,
    text: 'login user query project list paging error',
  }),
  'definition.exists': no(
    [
      '033-definition-create-duplicate-name',
      '030-definition-create-duplicate-name',
      '030-definition-create-duplicate-name',
    ],
    { code: 10168, text: '{w} definition name {0} already exists', status: each(200, 200, 201) },
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
    { code: 50019, text: '{w} node has cycle', status: each(200, 200, 201) },
  ),
  'definition.bad_json': no(
    [
      '036-definition-create-bad-json',
      '033-definition-create-bad-json',
      '033-definition-create-bad-json',
    ],
    {
      code: each(50017, 50017, 10001),
      text: each(
        'data {0} not json not valid',
        'data {0} not json not valid',
        'request parameter {0} is not valid',
      ),
      status: each(200, 200, 201),
    },
  ),
  'definition.create_params': no(
    [
      '178-x-create-definition-json-body',
      'definition-create-no-params',
      '174-x-create-definition-json-body',
    ],
    { code: 10105, text: 'create {w} definition error', status: each(200, 200, 201) },
  ),
  'definition.no_is_cache': no([null, 'definition-create-no-is-cache', null], {
    code: 10001,
    text: 'request parameter {0} is not valid',
    status: 200,
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
    { code: 1400004, text: 'description is too long error', status: each(200, 200, 201) },
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
} as const satisfies Readonly<Record<string, AnswerKind>>
