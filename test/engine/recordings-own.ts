import type { Case, Version } from './recordings-cases.ts'
import { asks, command, differencesOf, pick, refused, saveDifferences } from './recordings-cases.ts'
import { FACTS, liveDefinition, probe, schedule, success } from './recordings-facts.ts'

const CASES = { '3.1.1': cases31, '3.2.2': cases32, '3.4.2': cases34 } as const

/** What the versions answer differently, or what carries ids. */
export function ownCases(version: Version): readonly Case[] {
  return [...reads(version), ...CASES[version]()]
}

function reads(version: Version): readonly Case[] {
  const facts = FACTS[version]
  return [
    { name: 'project-create', ask: asks.createProject, expected: facts.project },
    {
      name: 'project-list',
      ask: asks.listProjects,
      expected: [facts.project],
      differences: differencesOf.list,
    },
    {
      name: 'definition-create',
      ask: asks.create,
      expected: facts.definition,
      differences: saveDifferences(version),
    },
    { name: 'definition-get', ask: asks.definition, expected: liveDefinition(version, null) },
    {
      name: 'definition-query-by-name',
      ask: asks.definitionByName,
      expected: liveDefinition(version, 'admin'),
    },
    {
      name: 'definition-simple-list',
      ask: names,
      expected: ['wf-min', 'wf-own-code', 'wf-ok'],
    },
    {
      name: 'definition-get-after-update',
      ask: pick(asks.definition, ['version', 'isOnline']),
      expected: { version: 4, isOnline: true },
    },
    {
      name: 'instance-get-early',
      ask: pick(asks.instance, ['engineState', 'isFinal', 'endedAt', 'host']),
      expected: {
        engineState: facts.instance.early,
        isFinal: false,
        endedAt: null,
        host: facts.instance.earlyHost,
      },
    },
    {
      name: 'instance-get-success',
      ask: asks.instance,
      expected: { ...success(facts), executor: null, startParams: {} },
    },
    {
      name: 'instance-list-by-date',
      ask: asks.instances,
      expected: { items: [{ ...success(facts), executor: 'admin' }], total: 1 },
    },
    {
      name: 'user-info',
      ask: asks.probe,
      expected: probe(version),
      stubs: [
        { path: '/v3/api-docs', status: 200, body: { info: { version: '3.3.0' } } },
        {
          path: '/ui-plugins/query-product-info',
          status: 200,
          body: { code: 0, msg: '', data: { version: '3.4.2' } },
        },
      ],
    },
    {
      name: 'schedule-list',
      ask: asks.schedules,
      expected: [schedule(version, '0/5 * * * * ? *')],
      differences: differencesOf.list,
    },
    {
      name: 'schedule-list-after-definition-offline',
      ask: asks.schedules,
      expected: [schedule(version, '0 0 5 * * ? *')],
      differences: differencesOf.list,
    },
    {
      name: 'task-instance-list',
      ask: tasks,
      expected: ['t1', 't2', 't3'].map((name) => ({
        name,
        state: 'success',
        isFinal: true,
        outputs: {},
      })),
      differences: differencesOf.list,
    },
    {
      name: 'long-instance-stopped',
      ask: pick(asks.instance, ['state', 'isFinal', 'trigger']),
      expected: {
        state: version === '3.2.2' ? 'failure' : 'stopped',
        isFinal: true,
        trigger: 'manual',
      },
    },
  ]
}

function cases31(): readonly Case[] {
  return [
    {
      name: 'start-instance',
      ask: asks.start,
      expected: { kind: 'accepted' },
      differences: differencesOf.start,
    },
    {
      name: 'start-unknown-definition',
      ask: asks.start,
      expected: refused('engine.refused', 50014),
      differences: differencesOf.start,
    },
    {
      name: 'definition-create-unknown-project',
      ask: asks.create,
      expected: refused('engine.not_found', 10190),
      differences: saveDifferences('3.1.1'),
    },
    {
      name: 'long-repeat-while-running',
      ask: command('rerun'),
      expected: refused('engine.conflict', 50006),
    },
    {
      name: 'stop-finished-instance',
      ask: command('stop'),
      expected: refused('engine.conflict', 50006),
    },
    // Accepted, and then the definition cannot be taken offline any more.
    {
      name: 'schedule-create-second-for-same-definition',
      ask: asks.createSchedule,
      expected: undefined,
    },
    { name: 'schedule-delete-second', ask: asks.deleteSchedule, expected: undefined },
    {
      name: 'x-definition-get-other-project',
      ask: asks.definition,
      expected: refused('engine.not_found', 10190),
    },
    {
      name: 'x-serial_wait-instances',
      ask: states,
      expected: ['running', 'running'],
      differences: { onlySent: ['endDate', 'startDate'] },
    },
    {
      name: 'x-other-user-start',
      ask: asks.start,
      expected: refused('engine.forbidden', 30002),
      differences: differencesOf.start,
    },
    {
      name: 'x-instance-of-deleted-definition',
      ask: pick(asks.instance, ['state']),
      expected: { state: 'success' },
    },
    {
      name: 'log-detail-paged',
      ask: asks.log,
      expected: {
        text: "[INFO] 2026-11-21 01:42:56.510 +0000 - End initialize task\n[INFO] 2026-11-21 01:42:56.529 +0000 - Set task status to TaskExecutionStatus{code=1, desc='running'}\n[INFO] 2026-11-21 01:42:56.535 +0000 - TenantCode:root check success\n",
        nextLine: 8,
      },
    },
    {
      name: 'log-detail',
      ask: firstLine,
      expected: {
        first: '[INFO] 2026-11-21 01:42:56.497 +0000 - Begin to pulling task',
        nextLine: 32,
      },
    },
  ]
}

function cases32(): readonly Case[] {
  return [
    {
      name: 'start-instance',
      ask: asks.start,
      expected: { kind: 'trigger', triggerCode: '190253618247904' },
      differences: differencesOf.start,
    },
    {
      name: 'start-unknown-definition',
      ask: asks.start,
      expected: refused('engine.refused', 50014),
      differences: differencesOf.start,
    },
    {
      name: 'start-unknown-tenant',
      ask: asks.start,
      expected: refused('engine.not_found', 10017),
      differences: differencesOf.start,
    },
    {
      name: 'definition-create-unknown-project',
      ask: asks.create,
      expected: refused('engine.not_found', 10018),
    },
    {
      name: 'long-repeat-while-running',
      ask: command('rerun'),
      expected: refused('engine.conflict', 50015),
    },
    {
      name: 'stop-finished-instance',
      ask: command('stop'),
      expected: refused('engine.conflict', 50015),
    },
    {
      name: 'schedule-create-second-for-same-definition',
      ask: asks.createSchedule,
      expected: refused('engine.conflict', 10204),
    },
    {
      name: 'log-detail',
      ask: firstLine,
      expected: { first: '2026-11-21 01:35:49.685 INFO  - ', nextLine: 165 },
    },
  ]
}

function cases34(): readonly Case[] {
  return [
    {
      name: 'start-instance',
      ask: asks.start,
      expected: { kind: 'instances', instanceIds: [1] },
      differences: differencesOf.start,
    },
    {
      name: 'start-unknown-definition',
      ask: asks.start,
      expected: refused('engine.not_found', 10000),
      differences: differencesOf.start,
    },
    {
      name: 'start-unknown-tenant',
      ask: asks.start,
      expected: refused('engine.refused', 50014),
      differences: differencesOf.start,
    },
    {
      name: 'definition-create-unknown-project',
      ask: asks.create,
      expected: refused('engine.not_found', 10018),
      differences: saveDifferences('3.4.2'),
    },
    {
      name: 'long-repeat-while-running',
      ask: command('rerun'),
      expected: refused('engine.conflict', 10000),
    },
    {
      name: 'stop-finished-instance',
      ask: command('stop'),
      expected: refused('engine.conflict', 10000),
    },
    {
      name: 'schedule-create-second-for-same-definition',
      ask: asks.createSchedule,
      expected: refused('engine.conflict', 10204),
    },
    {
      name: 'x-definition-duplicate-task-name',
      ask: asks.create,
      expected: refused('engine.refused', 10198),
      differences: saveDifferences('3.4.2'),
    },
    {
      name: 'x-definition-get-other-project',
      ask: asks.definition,
      expected: refused('engine.not_found', 10190),
    },
    {
      name: 'x-serial_wait-instances',
      ask: states,
      expected: ['queued', 'queued'],
      differences: { onlySent: ['endDate', 'startDate'] },
    },
    {
      name: 'x-other-user-start',
      ask: asks.start,
      expected: refused('engine.forbidden', 30002),
      differences: differencesOf.start,
    },
    { name: 'x-instance-of-deleted-definition', ask: asks.instance, expected: null },
    {
      name: 'log-detail',
      ask: firstLine,
      expected: {
        first: '2026-11-21 01:41:05.048 INFO  - 🐬 Initialize Task Context',
        nextLine: 30,
      },
    },
  ]
}

const tasks: Case['ask'] = async (ask) => {
  const rows = await asks.tasksOfInstance(ask)
  return rows
    .map(({ name, state, isFinal, outputs }) => ({ name, state, isFinal, outputs }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

const states: Case['ask'] = async (ask) => {
  const { items } = await asks.instancesOf(ask)
  return items.map(({ state }) => state)
}

const firstLine: Case['ask'] = async (ask) => {
  const { text, nextLine } = await asks.log(ask)
  return { first: text.split('\n')[0], nextLine }
}

const names: Case['ask'] = async (ask) => (await asks.definitions(ask)).map(({ name }) => name)
