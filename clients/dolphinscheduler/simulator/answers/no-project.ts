import type { AnswerKind } from './kind.ts'
import { each, no } from './kind.ts'

const NOT_GRANTED = 'user {0} is not has project {1,} permission'
const NOT_NAMED = 'user {0} is not has project {2} permission'
const NO_WRITING = 'user [{0}] does not have write permission for project [{1,}]'
const NOT_WRITABLE = {
  code: each(30_002, 30_003, 30_003),
  text: each(NOT_GRANTED, NO_WRITING, NO_WRITING),
}
const sameAs32 = { read: 'the same service as in 3.2' }

/** Answers that say no, of projects and of who may not see or change them. */
export const PROJECT_NO = {
  'project.exists': no(
    [
      '024-project-create-duplicate',
      '021-project-create-duplicate',
      '021-project-create-duplicate',
    ],
    { code: 10019, text: 'project {0} already exists', status: 201 },
  ),
  'resource.missing': no(['resource-by-name-missing', null, null], {
    code: 20004,
    text: 'resource not exist',
  }),
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
  'project.no_code': no(['project-levels', null, null], {
    code: 10047,
    text: 'query project details by code error',
  }),
  'project.get_missing': no(
    ['027-project-get-unknown', '024-project-get-unknown', '024-project-get-unknown'],
    {
      code: each(10018, 10018, 10190),
      text: each(
        'project  not found ',
        'project  not found ',
        'This project was not found. Please refresh page.',
      ),
    },
  ),
  'project.forbidden': no(
    [
      '200-x-other-user-definition-list',
      'other-user-definition-list',
      '196-x-other-user-definition-list',
    ],
    { code: 30002, text: NOT_GRANTED },
  ),
  'project.get_forbidden': no(
    ['199-x-other-user-project-get', 'other-user-project-get', '195-x-other-user-project-get'],
    { code: 30002, text: each(NOT_NAMED, NOT_NAMED, NOT_GRANTED) },
  ),
  'project.write_forbidden': no(
    ['other-user-definition-update', 'other-user-definition-update', sameAs32],
    NOT_WRITABLE,
  ),
  'project.create_forbidden': no(
    ['other-user-definition-create', 'other-user-definition-create', sameAs32],
    { ...NOT_WRITABLE, status: 201 },
  ),
} as const satisfies Readonly<Record<string, AnswerKind>>
