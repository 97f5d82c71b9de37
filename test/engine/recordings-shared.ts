import type { Case, Version } from './recordings-cases.ts'
import { asks, command, differencesOf, pick, refused, saveDifferences } from './recordings-cases.ts'

const state = ['state', 'isFinal', 'attempt', 'trigger']

/** What all three versions answer alike. */
export function sharedCases(version: Version): readonly Case[] {
  const save = { differences: saveDifferences(version) }
  const start = { differences: differencesOf.start }
  const list = { differences: differencesOf.list }
  const offline = refused('engine.conflict', version === '3.4.2' ? 50014 : 50004)
  const unauthenticated = refused('engine.unauthenticated', 0)
  const duplicateProject = { onlySent: ['description'] }
  const release = { differences: version === '3.4.2' ? {} : { onlyRecorded: ['name'] } }
  const minimalSchedule = {
    onlySent: [
      'environmentCode',
      'failureStrategy',
      ...(version === '3.4.2' ? [] : ['processInstancePriority']),
      'warningGroupId',
      'warningType',
      'workerGroup',
      ...(version === '3.4.2' ? ['workflowInstancePriority'] : []),
    ],
  }
  return [
    { name: 'bad-token', ask: asks.listProjects, expected: unauthenticated, ...list },
    { name: 'expired-token', ask: asks.listProjects, expected: unauthenticated, ...list },
    {
      name: 'project-create-duplicate',
      ask: asks.createProject,
      expected: refused('engine.conflict', 10019),
      differences: duplicateProject,
    },
    {
      name: 'definition-create-duplicate-name',
      ask: asks.create,
      expected: refused('engine.conflict', 10168),
      ...save,
    },
    {
      name: 'definition-create-cycle',
      ask: asks.create,
      expected: refused('engine.refused', 50019),
      ...save,
    },
    { name: 'definition-get-unknown', ask: asks.definition, expected: null },
    { name: 'definition-get-deleted', ask: asks.definition, expected: null },
    { name: 'start-offline-definition', ask: asks.start, expected: offline, ...start },
    {
      name: 'schedule-create-on-offline-definition',
      ask: asks.createSchedule,
      expected: refused('engine.conflict', 50004),
      differences: minimalSchedule,
    },
    { name: 'definition-release-online', ask: asks.online, expected: undefined, ...release },
    { name: 'definition-release-online-again', ask: asks.online, expected: undefined, ...release },
    {
      name: 'definition-update-while-online',
      ask: asks.update,
      expected: refused('engine.conflict', 50008),
      ...save,
    },
    { name: 'instance-get-unknown', ask: asks.instance, expected: null },
    { name: 'instance-get-deleted', ask: asks.instance, expected: null },
    { name: 'log-detail-past-end', ask: asks.log, expected: { text: '', nextLine: 5000 } },
    {
      name: 'log-detail-unknown-task',
      ask: asks.log,
      expected: refused('engine.not_found', 10008),
    },
    {
      name: 'instance-get-with-params',
      ask: pick(asks.instance, ['startParams']),
      expected: { startParams: { a: 'override' } },
    },
    {
      name: 'failing-instance-get',
      ask: pick(asks.instance, state),
      expected: { state: 'failure', isFinal: true, attempt: 1, trigger: 'manual' },
    },
    { name: 'failing-rerun-failed-tasks', ask: command('recover_failed'), expected: undefined },
    {
      name: 'failing-instance-after-recover',
      ask: pick(asks.instance, state),
      expected: { state: 'failure', isFinal: true, attempt: 2, trigger: 'recover' },
    },
    { name: 'failing-rerun-all', ask: command('rerun'), expected: undefined },
    {
      name: 'failing-instance-after-repeat',
      ask: pick(asks.instance, state),
      expected: { state: 'failure', isFinal: true, attempt: 3, trigger: 'rerun' },
    },
    {
      name: 'long-instance-running',
      ask: pick(asks.instance, state),
      expected: { state: 'running', isFinal: false, attempt: 1, trigger: 'manual' },
    },
    {
      name: 'long-definition-offline-while-running',
      ask: asks.offline,
      expected: undefined,
      ...release,
    },
    {
      name: 'long-definition-delete-while-running',
      ask: asks.deleteDefinition,
      expected: refused('engine.conflict', 10163),
    },
    { name: 'long-stop', ask: command('stop'), expected: undefined },
    { name: 'pause', ask: command('pause'), expected: undefined },
    {
      name: 'pause-instance',
      ask: pick(asks.instance, state),
      expected: { state: 'paused', isFinal: true, attempt: 1, trigger: 'manual' },
    },
    { name: 'resume', ask: command('resume'), expected: undefined },
    {
      name: 'resume-instance',
      ask: pick(asks.instance, state),
      expected: { state: 'success', isFinal: true, attempt: 2, trigger: 'recover' },
    },
    {
      name: 'execute-unknown-instance',
      ask: command('stop'),
      expected: refused('engine.not_found', 50001),
    },
    {
      name: 'schedule-create-bad-cron',
      ask: asks.createSchedule,
      expected: refused('engine.refused', 10001),
    },
    { name: 'schedule-create', ask: asks.createSchedule, expected: undefined },
    { name: 'schedule-online', ask: asks.scheduleOnline, expected: undefined },
    { name: 'schedule-online-again', ask: asks.scheduleOnline, expected: undefined },
    {
      name: 'schedule-fired-instance',
      ask: pick(asks.instance, ['trigger', 'attempt', 'startParams']),
      expected: { trigger: 'schedule', attempt: 1, startParams: {} },
    },
    {
      name: 'schedule-update-while-online',
      ask: asks.updateSchedule,
      expected: refused('engine.conflict', 10023),
    },
    {
      name: 'schedule-delete-while-online',
      ask: asks.deleteSchedule,
      expected: refused('engine.conflict', 50023),
    },
    {
      name: 'definition-delete-while-schedule-online',
      ask: asks.deleteDefinition,
      expected: refused('engine.conflict', 50021),
    },
    { name: 'schedule-offline', ask: asks.scheduleOffline, expected: undefined },
    { name: 'schedule-update-offline', ask: asks.updateSchedule, expected: undefined },
    {
      name: 'definition-release-offline-with-schedule-online',
      ask: asks.offline,
      expected: undefined,
      ...release,
    },
    {
      name: 'schedule-online-while-definition-offline',
      ask: asks.scheduleOnline,
      expected: refused('engine.conflict', 50004),
    },
    { name: 'definition-update-offline', ask: asks.update, expected: undefined, ...save },
    {
      name: 'definition-update-rename-to-taken',
      ask: asks.update,
      expected: refused('engine.conflict', 10168),
      ...save,
    },
    {
      name: 'definition-update-unknown',
      ask: asks.update,
      expected: refused('engine.not_found', 50003),
      ...save,
    },
    {
      name: 'definition-delete-online',
      ask: asks.deleteDefinition,
      expected: refused('engine.conflict', 50021),
    },
    { name: 'definition-delete', ask: asks.deleteDefinition, expected: undefined },
    {
      name: 'project-delete-with-definitions',
      ask: asks.deleteProject,
      expected: refused('engine.conflict', 10137),
    },
    {
      name: 'unknown-workergroup-instance',
      ask: pick(asks.instance, state),
      expected: { state: 'running', isFinal: false, attempt: 1, trigger: 'manual' },
    },
    {
      name: 'worker-group-all',
      ask: asks.workerGroups,
      expected: ['default', ...(version === '3.1.1' ? [] : ['wg_7'])],
      stubs: [
        {
          path: '/projects/7/worker-group',
          status: 200,
          body: { status: 'SUCCESS', msg: 'success', data: [{ id: 1, workerGroup: 'wg_7' }] },
        },
      ],
    },
  ]
}
