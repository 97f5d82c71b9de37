import { expect, test } from 'vitest'
import { ENGINE_FAMILIES } from '#src/engine/catalog.ts'
import type { EngineFamily } from '#src/engine/catalog.ts'
import { create, definition, fieldOf, numberAt, page, startWalk } from './conformance/walk.ts'
import type { Walk } from './conformance/walk.ts'
import { startFields } from './conformance/scenario-users.ts'

/** A workflow online whose one task runs another; `script` is what that one does. */
function setUp(family: EngineFamily, script: string) {
  const walk = startWalk(family)
  const { call, word } = walk
  const made = call('POST', '/projects', { projectName: 'p' })
  const project = `/projects/${numberAt(made.data, 'code')}`
  const child = create(walk, project, definition({ name: 'child', tasks: 1, script }))
  const task = {
    taskType: word === 'process' ? 'SUB_PROCESS' : 'SUB_WORKFLOW',
    taskParams: { [`${word}DefinitionCode`]: child.code },
  }
  const parent = create(walk, project, definition({ name: 'parent', tasks: 1, task }))
  for (const { base } of [child, parent]) {
    call('POST', `${base}/release`, { releaseState: 'ONLINE' })
  }
  return { walk, instances: `${project}/${word}-instances`, project, parent }
}

const stateOf = (walk: Walk, path: string) => fieldOf(walk.call('GET', path).data, 'state')

function start({ walk, project, parent }: ReturnType<typeof setUp>): void {
  const path = `${project}/executors/start-${walk.word}-instance`
  walk.call('POST', path, startFields(walk, parent))
}

/** The parent is the first instance, its task the first task instance. */
function childPath({ walk, instances }: ReturnType<typeof setUp>): string {
  const found = walk.call('GET', `${instances}/query-sub-by-parent`, { taskId: 1 })
  const name = walk.word === 'process' ? 'subProcessInstanceId' : 'subWorkflowInstanceId'
  return `${instances}/${numberAt(found.data, name)}`
}

test.each(ENGINE_FAMILIES)('%s: a task runs another workflow and ends like it', (family) => {
  const bench = setUp(family, 'sleep 5; exit 1')
  const { walk, instances } = bench
  start(bench)

  walk.wait(3000)
  const child = childPath(bench)
  const before = [stateOf(walk, `${instances}/1`), stateOf(walk, child)]
  walk.wait(10_000)
  const after = [stateOf(walk, `${instances}/1`), stateOf(walk, child)]

  expect(before).toEqual(['RUNNING_EXECUTION', 'RUNNING_EXECUTION'])
  expect(after).toEqual(['FAILURE', 'FAILURE'])
})

test('what runs for a task is in no list of instances', () => {
  const bench = setUp('3.4', 'true')
  start(bench)
  bench.walk.wait(10_000)

  const { data } = bench.walk.call('GET', bench.instances, page)

  expect(numberAt(data, 'total')).toBe(1)
  expect(stateOf(bench.walk, childPath(bench))).toBe('SUCCESS')
})

test('a stop reaches what runs for a task', () => {
  const bench = setUp('3.4', 'sleep 60')
  const { walk } = bench
  start(bench)
  walk.wait(3000)

  walk.simulator.control.stopInstance(1)
  walk.wait(3000)

  expect(stateOf(walk, childPath(bench))).toBe('STOP')
})

test('a workflow that runs itself comes to an end', () => {
  const bench = setUp('3.1', 'true')
  const { walk, parent, instances } = bench
  const task = { taskType: 'SUB_PROCESS', taskParams: { processDefinitionCode: parent.code } }
  const form = definition({ name: 'parent', tasks: 1, task })
  walk.call('POST', `${parent.base}/release`, { releaseState: 'OFFLINE' })
  walk.call('PUT', parent.base, { ...form, releaseState: 'ONLINE' })

  start(bench)
  walk.wait(60_000)

  expect(stateOf(walk, `${instances}/1`)).toBe('FAILURE')
})
