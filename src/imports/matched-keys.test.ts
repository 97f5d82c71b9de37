import { expect, test } from 'vitest'
import { doc } from '#test/support/documents.ts'
import { matchedKeys } from './matched-keys.ts'

test('tasks of one name have one key; another task never takes it', () => {
  const base = doc((d) => {
    Object.assign(d.tasks[0] ?? {}, { key: 'fetch', name: '抽取' })
    Object.assign(d.tasks[1] ?? {}, { needs: ['fetch'] })
  })
  const tasks = [
    { code: '1', name: '抽取' },
    { code: '2', name: 'fetch' },
    { code: '3', name: 'more' },
  ]

  const keys = matchedKeys(tasks, base, { task_1: '1', fetch: '2', more: '3' })

  expect(keys).toEqual({ fetch: '1', task_2: '2', more: '3' })
})
