import { expect, test } from 'vitest'
import { WorkflowDocument } from './document.ts'
import { referencesOf } from './references.ts'
import { doc, input } from '#test/support/documents.ts'

test('the names that an environment has to know, with every place that says them', () => {
  const document = doc((d) =>
    Object.assign(d.settings, {
      worker_group: 'big',
      warning: { type: 'failure', alert_group: 'ops' },
    }),
  )

  expect(referencesOf(document)).toEqual([
    { kind: 'worker_group', name: 'big', pointers: ['/settings/worker_group'] },
    { kind: 'alert_group', name: 'ops', pointers: ['/settings/warning/alert_group'] },
    { kind: 'data_source', name: 'warehouse', pointers: ['/tasks/1/datasource'] },
  ])
})

test('every kind of name is found, each place of it', () => {
  const document = WorkflowDocument.parse({
    ...input,
    end: {},
    settings: { tenant: 't', environment: 'py3', worker_group: 'big' },
    tasks: [
      { key: 'a', type: 'shell', script: 'x', worker_group: 'big', environment: 'py3' },
      { key: 'b', type: 'sub_workflow', workflow: 'other' },
    ],
  })

  expect(referencesOf(document)).toEqual([
    {
      kind: 'worker_group',
      name: 'big',
      pointers: ['/settings/worker_group', '/tasks/0/worker_group'],
    },
    { kind: 'tenant', name: 't', pointers: ['/settings/tenant'] },
    {
      kind: 'environment',
      name: 'py3',
      pointers: ['/settings/environment', '/tasks/0/environment'],
    },
    { kind: 'workflow', name: 'other', pointers: ['/tasks/1/workflow'] },
  ])
})
