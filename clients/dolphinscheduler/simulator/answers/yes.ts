import type { AnswerKind } from './kind.ts'
import { yes } from './kind.ts'

const same = { read: 'the same controller as in 3.2' }

/** Answers that say yes. */
export const YES = {
  'user.info': yes(['013-user-info', '013-user-info', '013-user-info']),
  'tenant.list': yes(['tenant-list-all', 'tenant-list-all', same]),
  'worker_group.all': yes(['018-worker-group-all', '015-worker-group-all', '015-worker-group-all']),
  'environment.list': yes(['environment-list', 'environment-list', same]),
  'alert_group.list': yes(['alert-group-list', 'alert-group-list', same]),
  'alert_group.normal_list': yes([null, 'alert-group-normal-list', null]),
  'task_group.page': yes(['task-group-by-project', 'task-group-by-project', same]),
  'resource.base_dir': yes([null, 'resource-base-dir', same]),
  'resource.list': yes(['resource-list', 'resource-list', same]),
  'resource.page': yes([same, 'resource-page', same]),
  'resource.row': yes([{ read: 'the ResourcesController of 3.1.9' }, null, null]),
  'data_source.page': yes(['data-source-page', 'data-source-page', same]),
  'product.info': yes([null, null, { read: 'UiPluginController and ProductInfoDto of 3.4.2' }]),
  'project.created': yes(['023-project-create', '020-project-create', '020-project-create'], 201),
  'project.detail': yes(['025-project-get', '022-project-get', '022-project-get']),
  'project.page': yes(['026-project-list', '023-project-list', '023-project-list']),
  'project.levels': yes([null, 'read-user-project-levels', same]),
  'project.created_and_authed': yes([
    'project-created-and-authed',
    'project-created-and-authed',
    same,
  ]),
  'project.deleted': yes(['project-delete', 'project-delete', same]),
  'definition.created': yes(
    ['032-definition-create', '029-definition-create', '029-definition-create'],
    201,
  ),
  'definition.detail': yes(['039-definition-get', '036-definition-get', '036-definition-get']),
  'definition.by_name': yes([
    '043-definition-query-by-name',
    '040-definition-query-by-name',
    '040-definition-query-by-name',
  ]),
  'task_codes.made': yes(['031-gen-task-codes', '028-gen-task-codes', '028-gen-task-codes']),
  'definition.page': yes([
    '042-definition-list-search',
    '039-definition-list-search',
    '039-definition-list-search',
  ]),
  'definition.list': yes([
    '183-x-definition-batch-query',
    { read: 'the same controller as in 3.1' },
    '179-x-definition-batch-query',
  ]),
  'definition.versions': yes([
    '148-definition-versions',
    '144-definition-versions',
    '144-definition-versions',
  ]),
  'definition.simple_list': yes([
    '045-definition-simple-list',
    '042-definition-simple-list',
    '042-definition-simple-list',
  ]),
  'definition.released': yes([
    '048-definition-release-online',
    '045-definition-release-online',
    '045-definition-release-online',
  ]),
  'definition.updated': yes([
    '143-definition-update-offline',
    '139-definition-update-offline',
    '139-definition-update-offline',
  ]),
  'definition.updated_and_released': yes([
    '146-definition-update-and-release-online',
    '142-definition-update-and-release-online',
    '142-definition-update-and-release-online',
  ]),
  'definition.deleted': yes([
    '159-definition-delete',
    '155-definition-delete',
    '155-definition-delete',
  ]),
  'schedule.created': yes(
    ['127-schedule-create', '124-schedule-create', '124-schedule-create'],
    201,
  ),
  'schedule.page': yes(['130-schedule-list', '126-schedule-list', '126-schedule-list']),
  'schedule.list': yes(['schedule-list-all', 'schedule-list-all', same]),
  'schedule.updated': yes([
    '138-schedule-update-offline',
    '134-schedule-update-offline',
    '134-schedule-update-offline',
  ]),
  'schedule.online': yes(['131-schedule-online', '127-schedule-online', '127-schedule-online']),
  'schedule.offline': yes(['137-schedule-offline', '133-schedule-offline', '133-schedule-offline']),
  'schedule.switched_unknown': yes([null, 'schedule-online-unknown', same]),
  'schedule.deleted': yes(['129-schedule-delete-second', 'schedule-delete', same]),
  'schedule.previewed': yes(
    ['125-schedule-preview', '122-schedule-preview', '122-schedule-preview'],
    201,
  ),
  'run.started': yes(['052-start-instance', '049-start-instance', '049-start-instance']),
  'run.triggered': yes([null, 'instance-trigger', null]),
  'run.commanded': yes(['105-long-stop', '102-long-stop', '102-long-stop']),
  'instance.detail_queued': yes([null, null, '050-instance-get-early']),
  'instance.detail_running': yes([
    '096-long-instance-running',
    '093-long-instance-running',
    '093-long-instance-running',
  ]),
  'instance.detail_stopped': yes([
    '106-long-instance-stopped',
    '103-long-instance-stopped',
    '103-long-instance-stopped',
  ]),
  'instance.detail': yes([
    '054-instance-get-success',
    '051-instance-get-success',
    '051-instance-get-success',
  ]),
  'instance.detail_sub': yes(['instance-get-sub', 'instance-get-sub', same]),
  'instance.tasks': yes(['060-instance-tasks', '057-instance-tasks', '057-instance-tasks']),
  'instance.sub': yes(['instance-sub-by-parent', 'instance-sub-by-parent', same]),
  'instance.deleted': yes(['156-instance-delete', '152-instance-delete', '152-instance-delete']),
  'instance.page': yes([
    '057-instance-list-by-date',
    '054-instance-list-by-date',
    '054-instance-list-by-date',
  ]),
  'task.page': yes(['061-task-instance-list', '058-task-instance-list', '058-task-instance-list']),
  'log.piece': yes(['062-log-detail', '059-log-detail', '059-log-detail']),
  'log.past_end': yes([
    '064-log-detail-past-end',
    '061-log-detail-past-end',
    '061-log-detail-past-end',
  ]),
} as const satisfies Readonly<Record<string, AnswerKind>>
