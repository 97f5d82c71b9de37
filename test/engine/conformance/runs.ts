import { describe, expect, test } from 'vitest'
import { must } from '#src/lib/must.ts'
import type { Bench } from './bench.ts'
import { failureOf, options, shell, startRequest } from './bench.ts'

export function describeRuns(benchOf: () => Bench): void {
  describe('runs', () => {
    test('a run goes its way, with parameters, outputs and logs', async () => {
      const bench = benchOf()
      const made = await bench.createOnline({
        start: { params: { properties: { who: { default: 'nobody' } } } },
        tasks: [
          shell('a', "echo hello-${who}-${slipway_run_id}\necho '${setValue(rows=42)}'", {
            outputs: ['rows'],
          }),
          shell('b', 'echo got-${rows}', { needs: ['a'] }),
        ],
      })
      const params = { who: 'wörld "q"', slipway_run_id: 'run-1' }

      const id = await bench.start(made, params)
      const end = await bench.settled(id)

      const nodes = await nodesOf(bench, id)
      expect(end).toMatchObject({
        id,
        definitionCode: made.at.code,
        definitionVersion: 1,
        state: 'success',
        attempt: 1,
        trigger: 'manual',
        scheduledFor: null,
        startParams: params,
      })
      expect(end.startedAt).not.toBeNull()
      expect(end.endedAt).not.toBeNull()
      expect(
        nodes.map(({ name, type, state, isFinal, outputs }) => ({
          name,
          type,
          state,
          isFinal,
          outputs,
        })),
      ).toEqual([
        { name: 'a', type: 'SHELL', state: 'success', isFinal: true, outputs: { rows: '42' } },
        { name: 'b', type: 'SHELL', state: 'success', isFinal: true, outputs: {} },
      ])
      expect(await wholeLog(bench, must(nodes[0], 'a').id)).toContain('hello-')
      expect(await wholeLog(bench, must(nodes[1], 'b').id)).toContain('got-42')
    })

    test('what is offline or unknown does not start', async () => {
      const { create, engine, projectCode, server } = benchOf()
      const made = await create({ tasks: [shell('a', 'true')] })

      const offline = await failureOf(
        engine.startRun(projectCode, startRequest(made.at.code, {}, server.tenant), options),
      )
      const unknown = await failureOf(
        engine.startRun(projectCode, startRequest('4242', {}, server.tenant), options),
      )

      expect(offline).toMatchObject({ code: 'engine.conflict' })
      expect(unknown).toMatchObject({ kind: expect.stringMatching(/not_found|upstream/) })
    })

    test('a task that fails ends the run, and what comes after it never starts', async () => {
      const bench = benchOf()
      const made = await bench.createOnline({
        tasks: [
          shell('a', 'echo before\necho boom >&2\nexit 3'),
          shell('b', 'true', { needs: ['a'] }),
        ],
      })

      const id = await bench.start(made)
      const end = await bench.settled(id)

      const nodes = await nodesOf(bench, id)
      expect(end).toMatchObject({ state: 'failure', isFinal: true })
      expect(nodes.map(({ name, state }) => ({ name, state }))).toEqual([
        { name: 'a', state: 'failure' },
      ])
      const log = await wholeLog(bench, must(nodes[0], 'a').id)
      expect(log).toContain('boom')
      expect(log).toMatch(/exitStatusCode:\s*3/)
    })

    test('a rerun keeps the instance, raises its attempt and shows among the tasks', async () => {
      const bench = benchOf()
      const { engine, projectCode, server } = bench
      const made = await bench.createOnline({ tasks: [shell('a', 'echo 1')] })
      const id = await bench.start(made, { slipway_run_id: 'run-2' })
      const first = await bench.settled(id)
      await server.wait(1500)
      const since = server.now()

      await engine.commandRun({ projectCode, instanceId: id }, 'rerun', options)
      const second = await attemptOf(bench, id, 2)

      expect(second).toMatchObject({ id, state: 'success', attempt: 2, trigger: 'rerun' })
      expect(second.startParams).toEqual({ slipway_run_id: 'run-2' })
      const moves = bench.family === '3.1' || bench.family === '3.2'
      expect(second.startedAt?.getTime() !== first.startedAt?.getTime()).toBe(moves)
      const window = { from: since, to: new Date(server.now().getTime() + 60_000) }
      const page = await engine.listTaskInstances(
        { projectCode, window, page: 1, pageSize: 50 },
        options,
      )
      expect(page.items.map(({ instanceId }) => instanceId)).toContain(id)
      expect(await nodesOf(bench, id)).toHaveLength(2)
    })

    test('recovery runs again what failed, not what went well', async () => {
      const bench = benchOf()
      const { engine, projectCode } = bench
      const made = await bench.createOnline({
        tasks: [shell('a', 'true'), shell('b', 'exit 1', { needs: ['a'] })],
      })
      const id = await bench.start(made)
      await bench.settled(id)

      await engine.commandRun({ projectCode, instanceId: id }, 'recover_failed', options)
      const again = await attemptOf(bench, id, 2)

      expect(again).toMatchObject({ state: 'failure', trigger: 'recover' })
      const nodes = await nodesOf(bench, id)
      expect(nodes.map(({ name }) => name).toSorted()).toEqual(['a', 'b', 'b'])
    })

    test('a stopped run ends as stopped, its task with it', async () => {
      const bench = benchOf()
      const { engine, projectCode } = bench
      const made = await bench.createOnline({
        tasks: [shell('a', 'echo begun\nsleep 120'), shell('b', 'true', { needs: ['a'] })],
      })
      const id = await bench.start(made)
      await bench.until(
        async () => (await nodesOf(bench, id)).find(({ state }) => state === 'running') ?? null,
        'a running task',
      )
      const refusal = await failureOf(
        engine.commandRun({ projectCode, instanceId: id }, 'rerun', options),
      )
      await engine.setDefinitionOffline(made.at, options)
      const inUse = await failureOf(engine.deleteDefinition(made.at, options))

      await engine.commandRun({ projectCode, instanceId: id }, 'stop', options)
      const end = await bench.settled(id)

      expect(refusal).toMatchObject({ code: 'engine.conflict' })
      expect(inUse).toMatchObject({ code: 'engine.conflict' })
      expect(end).toMatchObject({ state: 'stopped', isFinal: true })
      expect((await nodesOf(bench, id)).map(({ name, state }) => ({ name, state }))).toEqual([
        { name: 'a', state: 'stopped' },
      ])
    })

    test('a finished run cannot be stopped', async () => {
      const bench = benchOf()
      const { engine, projectCode } = bench
      const made = await bench.createOnline({ tasks: [shell('a', 'true')] })
      const id = await bench.start(made)
      await bench.settled(id)

      const failure = await failureOf(
        engine.commandRun({ projectCode, instanceId: id }, 'stop', options),
      )

      expect(failure).toMatchObject({ kind: 'conflict', code: 'engine.conflict' })
    })

    test('a paused run goes on where it stood', async () => {
      const bench = benchOf()
      const { engine, projectCode } = bench
      const made = await bench.createOnline({
        tasks: [shell('a', 'sleep 3'), shell('b', 'true', { needs: ['a'] })],
      })
      const at = { projectCode, instanceId: await bench.start(made) }
      await bench.until(
        async () =>
          (await nodesOf(bench, at.instanceId)).find(({ state }) => state === 'running') ?? null,
        'a running task',
      )

      await engine.commandRun(at, 'pause', options)
      const paused = await bench.settled(at.instanceId)
      await engine.commandRun(at, 'resume', options)
      const end = await attemptOf(bench, at.instanceId, 2)

      expect(paused.state).toBe('paused')
      expect(end).toMatchObject({ state: 'success', trigger: 'recover' })
    })

    test('what 3.1 keeps when a definition is deleted, the others delete with it', async () => {
      const bench = benchOf()
      const { engine, projectCode } = bench
      const made = await bench.createOnline({ tasks: [shell('a', 'true')] })
      const id = await bench.start(made)
      await bench.settled(id)

      await engine.setDefinitionOffline(made.at, options)
      await engine.deleteDefinition(made.at, options)

      const found = await engine.findInstance({ projectCode, instanceId: id }, options)
      expect(found === null).toBe(bench.family !== '3.1')
    })

    test('a window lists what began in it, newest first', async () => {
      const bench = benchOf()
      const { engine, projectCode, server } = bench
      const made = await bench.createOnline({ tasks: [shell('a', 'true')] })
      const before = await bench.start(made)
      await bench.settled(before)
      await server.wait(2500)
      const from = server.now()
      await server.wait(1500)
      const ids = [await bench.start(made), await bench.start(made)]
      const query = { projectCode, definitionCode: made.at.code, page: 1, pageSize: 1 }

      const window = { from, to: new Date(server.now().getTime() + 60_000) }
      const first = await engine.listInstances({ ...query, window }, options)
      const second = await engine.listInstances({ ...query, window, page: 2 }, options)
      const third = await engine.listInstances({ ...query, window, page: 3 }, options)

      expect([first, second, third].map(({ total }) => total)).toEqual([2, 2, 2])
      expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids.toReversed())
      expect(third.items).toEqual([])
    })

    test('the log of an unknown task is not found', async () => {
      const { engine, projectCode } = benchOf()

      const failure = await failureOf(
        engine.readTaskLog(
          { projectCode, taskInstanceId: 2_000_000_000, fromLine: 0, limitLines: 10 },
          options,
        ),
      )

      expect(failure).toMatchObject({ code: 'engine.not_found' })
    })
  })
}

async function nodesOf({ engine, projectCode }: Bench, instanceId: number) {
  const rows = await engine.listTasksOfInstance({ projectCode, instanceId }, options)
  return rows.toSorted((a, b) => a.id - b.id)
}

/** The end of the named attempt. */
async function attemptOf(bench: Bench, instanceId: number, attempt: number) {
  const { engine, projectCode, until } = bench
  await until(async () => {
    const found = await engine.findInstance({ projectCode, instanceId }, options)
    return found && found.attempt >= attempt ? found : null
  }, `attempt ${attempt}`)
  return bench.settled(instanceId)
}

async function wholeLog({ engine, projectCode }: Bench, taskInstanceId: number): Promise<string> {
  let text = ''
  for (let fromLine = 0; ;) {
    const piece = await engine.readTaskLog(
      { projectCode, taskInstanceId, fromLine, limitLines: 20 },
      options,
    )
    if (piece.text === '') return text
    text += piece.text
    fromLine = piece.nextLine
  }
}
