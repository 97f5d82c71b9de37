import type { EngineFamily } from '#src/engine/catalog.ts'
import { walkDefinitions } from './scenario-definitions.ts'
import { walkRuns } from './scenario-runs.ts'
import { walkUsers } from './scenario-users.ts'
import { create, definition, numberAt, page, startWalk } from './walk.ts'
import type { Heard, Walk } from './walk.ts'

/** Brings about every kind of answer. */
export function walkThrough(family: EngineFamily): ReadonlyMap<string, Heard> {
  const walk = startWalk(family)
  walkCatalog(walk)
  const project = walkProjects(walk)
  walkSchedules(walk, project)
  walkRuns(walk, project)
  walkDefinitions(walk, project)
  walkUsers(walk)
  return walk.heard
}

function walkCatalog({ call, simulator }: Walk): void {
  simulator.control.addEnvironment('py3', ['default'])
  for (const path of [
    '/users/get-user-info',
    '/tenants/list',
    '/worker-groups/all',
    '/environment/query-environment-list',
    '/alert-groups/list',
    '/alert-groups/normal-list',
    '/ui-plugins/query-product-info',
  ]) {
    call('GET', path)
  }
  call('GET', '/datasources', { ...page, searchVal: 'x' })
  simulator.control.addTaskGroup('nightly')
  simulator.control.addResource('d1/a.sh')
  simulator.control.addResource('x.sh')
  call('GET', '/task-group/query-list-by-projectCode', { ...page, projectCode: 1 })
  call('GET', '/resources/base-dir', { type: 'FILE' })
  call('GET', '/resources/list', { type: 'FILE', fullName: '' })
  call('GET', '/resources', { ...page, type: 'FILE', fullName: 'file:/data/ds', searchVal: '' })
  call('GET', '/resources/0', { type: 'FILE', fullName: '/none.jar' })
  call('GET', '/resources/0', { type: 'FILE', fullName: '/x.sh' })
}

function walkProjects({ call, word }: Walk): string {
  const created = call('POST', '/projects', { projectName: 'lab', description: 'lab' })
  const project = `/projects/${numberAt(created.data, 'code')}`
  call('POST', '/projects', { projectName: 'lab' })
  call('GET', '/projects', page)
  call('GET', '/projects', { pageNo: 1 })
  call('GET', '/projects/created-and-authed')
  call('GET', project)
  call('GET', '/projects/999')
  call('GET', `${project}/task-definition/gen-task-codes`, { genNum: 3 })
  call('GET', `/projects/999/${word}-definition/simple-list`)
  call('POST', `/projects/999/${word}-definition`, definition({ name: 'x', tasks: 1 }))
  return project
}

function walkSchedules(walk: Walk, project: string): void {
  const { call, word } = walk
  const { code, base } = create(walk, project, definition({ name: 'wf-timed', tasks: 1 }))
  const fields = {
    [`${word}DefinitionCode`]: code,
    schedule: JSON.stringify({
      startTime: '2026-01-01 00:00:00',
      endTime: '2036-01-01 00:00:00',
      crontab: '0 0 3 * * ? *',
      timezoneId: 'UTC',
    }),
    warningGroupId: 0,
    tenantCode: 'default',
  }
  const schedules = `${project}/schedules`
  call('POST', schedules, fields)
  call('POST', `${base}/release`, { releaseState: 'ONLINE' })
  const bad = { ...fields, schedule: fields.schedule.replace('0 0 3 * * ? *', 'not a cron') }
  call('POST', schedules, bad)
  const one = `${schedules}/${numberAt(call('POST', schedules, fields).data, 'id')}`
  const two = numberAt(call('POST', schedules, fields).data, 'id')
  if (two > 0) {
    call('POST', `${base}/release`, { releaseState: 'OFFLINE' })
    call('DELETE', `${schedules}/${two}`)
  }
  call('GET', schedules, { ...page, [`${word}DefinitionCode`]: code })
  call('POST', `${schedules}/list`)
  call('POST', `${schedules}/preview`, { schedule: fields.schedule })
  call('POST', `${schedules}/999/online`)
  call('DELETE', `${schedules}/999`)
  call('PUT', `${schedules}/999`, fields)
  call('POST', schedules, { ...fields, [`${word}DefinitionCode`]: 4242 })
  for (const state of ['online', 'online']) call('POST', `${one}/${state}`)
  call('PUT', one, fields)
  call('DELETE', one)
  for (const state of ['offline', 'offline']) call('POST', `${one}/${state}`)
  call('PUT', one, fields)
  call('POST', `${base}/release`, { releaseState: 'OFFLINE' })
  call('POST', `${one}/online`)
  call('DELETE', one)
}
