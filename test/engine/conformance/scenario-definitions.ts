import { must } from '#src/lib/must.ts'
import { GLOBAL, create, definition, numberAt, page } from './walk.ts'
import type { Fields, Walk } from './walk.ts'

export function walkDefinitions(walk: Walk, project: string): void {
  const { call, word } = walk
  const definitions = `${project}/${word}-definition`
  const fields = definition({ name: 'wf-ok', tasks: 3, more: { globalParams: GLOBAL } })
  const tasks = String(fields['taskDefinitionJson'])
  const { base } = create(walk, project, fields)
  create(walk, project, fields)
  call('POST', definitions, {})
  const cycle = JSON.stringify([
    { preTaskCode: 1000, postTaskCode: 1001 },
    { preTaskCode: 1001, postTaskCode: 1000 },
  ])
  const changes: readonly Fields[] = [
    { taskRelationJson: cycle },
    { taskDefinitionJson: '{not json' },
    { taskDefinitionJson: '[]' },
    { taskDefinitionJson: tasks.replaceAll('echo 1', '') },
    { taskDefinitionJson: tasks.replaceAll('SHELL', 'NOSUCHTYPE') },
    { globalParams: `[${GLOBAL.slice(1, -1)},${GLOBAL.slice(1, -1)}]` },
    { description: 'x'.repeat(256) },
    { taskDefinitionJson: tasks.replaceAll('"isCache":"NO",', '') },
    { taskDefinitionJson: tasks.replaceAll('"t2"', '"t1"') },
  ]
  for (const [index, change] of changes.entries()) {
    call('POST', definitions, { ...fields, name: `wf-changed-${index}`, ...change })
  }
  call('GET', base)
  call('GET', `${definitions}/123`)
  call('GET', `${definitions}/query-by-name`, { name: 'wf-ok' })
  call('GET', `${definitions}/simple-list`)
  call('GET', definitions, { ...page, searchVal: 'wf-long' })
  call('PUT', base, {})
  call('PUT', base, { ...fields, name: 'wf-long' })
  call('PUT', base, { ...fields, globalParams: '[]' })
  call('PUT', base, { ...fields, globalParams: '[]', releaseState: 'ONLINE' })
  call('PUT', base, fields)
  call('GET', `${base}/versions`, page)
  call('DELETE', base)
  call('POST', `${base}/release`, { releaseState: 'BOGUS' })
  call('DELETE', project)
  call('POST', `${base}/release`, { releaseState: 'OFFLINE' })
  call('DELETE', base)
  const other = call('POST', '/projects', { projectName: 'empty', description: '' })
  call('DELETE', `/projects/${must(numberAt(other.data, 'code'), 'a code')}`)
}
