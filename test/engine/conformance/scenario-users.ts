import { create, definition, numberAt, page } from './walk.ts'
import type { Fields, Walk } from './walk.ts'

export const LEVELS = '/projects/project-with-authorized-level-list-paging'

/** What a user is refused without a grant, and with one. */
export function walkUsers(walk: Walk): void {
  const { call, simulator, word } = walk
  const { made, project, projectCode, fields } = setUpOnline(walk)
  call('GET', `${project}/${word}-definition/list`)
  const schedule = dataOf(
    call('POST', `${project}/schedules`, {
      [`${word}DefinitionCode`]: made.code,
      schedule: JSON.stringify({
        startTime: '2026-01-01 00:00:00',
        endTime: '2036-01-01 00:00:00',
        crontab: '0 0 3 * * ? *',
        timezoneId: 'UTC',
      }),
    }),
  )
  const other = walk.callAs(simulator.control.addUser('other'))
  other('GET', project)
  other('GET', `${project}/${word}-definition`, page)
  other('PUT', made.base, fields)
  other('POST', `${project}/${word}-definition`, fields)

  simulator.control.grantProject('other', projectCode)
  other('GET', LEVELS, { ...page, userId: 2 })
  other('DELETE', made.base)
  other('DELETE', `${project}/schedules/${schedule.id}`)

  const elsewhere = dataOf(call('POST', '/projects', { projectName: 'elsewhere' })).code
  call('POST', `/projects/${elsewhere}/executors/start-${word}-instance`, startFields(walk, made))
}

/** A definition of the admin's that is online, in a project of its own. */
export function setUpOnline(walk: Walk) {
  const { code } = dataOf(walk.call('POST', '/projects', { projectName: 'of the admin' }))
  const project = `/projects/${code}`
  const fields = definition({ name: 'wf-admin', tasks: 1 })
  const made = create(walk, project, fields)
  walk.call('POST', `${made.base}/release`, { releaseState: 'ONLINE' })
  return { made, project, projectCode: String(code), fields }
}

export function startFields({ word }: Walk, { code }: { readonly code: number }): Fields {
  return {
    [`${word}DefinitionCode`]: code,
    scheduleTime: '',
    failureStrategy: 'CONTINUE',
    warningType: 'NONE',
    tenantCode: 'default',
  }
}

function dataOf({ data }: ReturnType<Walk['call']>) {
  return { id: numberAt(data, 'id'), code: numberAt(data, 'code') }
}
