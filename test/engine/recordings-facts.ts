import { saveInput } from './recordings-inputs.ts'
import type { Version } from './recordings-cases.ts'
import { loadRecording } from './recordings-replay.ts'

/** Ids, names and times of the three servers, and what the port makes of them. */

export interface Facts {
  readonly project: { readonly code: string; readonly name: string }
  readonly definition: string
  readonly createdAt: string
  readonly instance: {
    readonly name: string
    readonly host: string
    readonly earlyHost: string | null
    readonly early: string
  }
  readonly startedAt: string
  readonly endedAt: string
}

export const FACTS: Readonly<Record<Version, Facts>> = {
  '3.1.1': {
    project: { code: '23781756873024', name: 'lab-1795225375' },
    definition: '23781756903232',
    createdAt: '2026-11-21T01:42:55Z',
    instance: {
      name: 'wf-ok-1-20261121014256366',
      host: '192.0.2.2:12446',
      earlyHost: '192.0.2.2:12446',
      early: 'RUNNING_EXECUTION',
    },
    startedAt: '2026-11-21T01:42:56Z',
    endedAt: '2026-11-21T01:42:59Z',
  },
  '3.2.2': {
    project: { code: '190253617424608', name: 'lab-1795224948' },
    definition: '190253617627360',
    createdAt: '2026-11-21T01:35:48Z',
    instance: {
      name: 'wf-ok-1-20261121013549394',
      host: '192.0.2.2:12546',
      earlyHost: '192.0.2.2:12546',
      early: 'RUNNING_EXECUTION',
    },
    startedAt: '2026-11-21T01:35:49Z',
    endedAt: '2026-11-21T01:35:55Z',
  },
  '3.4.2': {
    project: { code: '190253938917632', name: 'lab-1795225262' },
    definition: '190253939279104',
    createdAt: '2026-11-21T01:41:02Z',
    instance: {
      name: 'wf-ok-20261121014103903',
      host: '192.0.2.2:5678',
      earlyHost: null,
      early: 'SUBMITTED_SUCCESS',
    },
    startedAt: '2026-11-21T01:41:03Z',
    endedAt: '2026-11-21T01:41:06Z',
  },
}

export function liveDefinition(version: Version, ownerName: string | null) {
  const facts = FACTS[version]
  const sent = saveInput(loadRecording(version, 'definition-create'), facts.project.code)
  const { definition, layout, tenant } = sent
  return {
    code: facts.definition,
    version: 1,
    isOnline: false,
    updatedAt: new Date(facts.createdAt),
    ownerName,
    definition: { ...definition, ...(version === '3.1.1' ? { tenant } : {}) },
    layout,
    taskVersions: Object.fromEntries(definition.tasks.map(({ code }) => [code, 1])),
  }
}

export function success(facts: Facts) {
  return {
    id: 1,
    definitionCode: facts.definition,
    definitionVersion: 1,
    name: facts.instance.name,
    state: 'success',
    engineState: 'SUCCESS',
    isFinal: true,
    attempt: 1,
    trigger: 'manual',
    scheduledFor: null,
    startedAt: new Date(facts.startedAt),
    restartedAt: new Date(facts.startedAt),
    endedAt: new Date(facts.endedAt),
    host: facts.instance.host,
  }
}

export function schedule(version: Version, cron: string) {
  return {
    id: 1,
    definitionCode: FACTS[version].definition,
    isOnline: false,
    ownerName: 'admin',
    schedule: {
      cron,
      timezone: 'UTC',
      startsAt: new Date('2026-01-01T00:00:00Z'),
      endsAt: new Date('2036-01-01T00:00:00Z'),
      onFailure: 'continue',
      warningType: 'none',
      warningGroupId: 0,
      priority: 'medium',
      workerGroup: 'default',
      tenant: version === '3.1.1' ? '' : 'default',
      environmentCode: null,
    },
  }
}

export function probe(version: Version) {
  const versionText = version === '3.4.2' ? '3.4.2' : '3.3.0'
  return {
    family: version.slice(0, 3),
    versionText,
    userName: 'admin',
    isAdmin: true,
    userTimeZone: 'UTC',
    skewMs: 0,
    warnings: [
      'the token belongs to an administrator, who may change everything in every project: a general user with write grant on the projects of the environments is enough',
      'the engine tells no time: its clock was not compared',
      ...(version === '3.1.1' ? ['version 3.3.0 is not known; it is spoken to as 3.1'] : []),
    ],
  }
}
