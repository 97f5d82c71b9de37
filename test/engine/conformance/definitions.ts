import { describe, expect, test } from 'vitest'
import { must } from '#src/lib/must.ts'
import type { EngineDefinition } from '#src/engine/definition.ts'
import type { Bench, Draft } from './bench.ts'
import { failureOf, live, options, shell } from './bench.ts'

const AWKWARD = [
  'umlaut äöü, 中文, emoji 🐬, line separator \u2028',
  `quotes "double" 'single' \`back\``,
  'backslash \\ and \\n that is none, tab\t, percent %20, plus +, ampersand &amp; <b>',
  'a real\nline\r\nand another',
].join('\n')

const KINDS: Readonly<Record<string, Draft['tasks'][number]>> = {
  shell: { key: 'a', type: 'shell', script: 'echo 1' },
  python: { key: 'a', type: 'python', script: 'print(1)' },
  sql: {
    key: 'a',
    type: 'sql',
    datasource: 'warehouse',
    sql: 'select 1',
    mode: 'query',
    pre_statements: ['set x = 1'],
    limit_rows: 10,
  },
  http: {
    key: 'a',
    type: 'http',
    url: 'http://127.0.0.1:9/x',
    query: { q: '1' },
    headers: { 'x-a': 'b' },
    check: { kind: 'body_contains', value: 'ok' },
  },
  sub_workflow: { key: 'a', type: 'sub_workflow', workflow: 'other' },
  engine: {
    key: 'a',
    type: 'engine',
    engine_type: 'SPARK',
    engine_params: {
      mainClass: 'x.Main',
      mainJar: { resourceName: 'a.jar' },
      deployMode: 'cluster',
      programType: 'JAVA',
      appName: 'x',
      driverCores: 1,
      driverMemory: '512M',
      numExecutors: 2,
      executorMemory: '2G',
      executorCores: 2,
      sparkVersion: 'SPARK2',
    },
  },
}

const PARAM = { name: 'p', direction: 'in', type: 'VARCHAR', value: '1' } as const

const BROKEN: Readonly<Record<string, (definition: EngineDefinition) => EngineDefinition>> = {
  'a task type that it does not know': (definition) => ({
    ...definition,
    tasks: definition.tasks.map((task) => ({ ...task, type: 'NO_SUCH_TYPE' })),
  }),
  'a script without text': (definition) => ({
    ...definition,
    tasks: definition.tasks.map((task) => ({ ...task, params: { ...task.params, rawScript: '' } })),
  }),
  'a workflow without tasks': (definition) => ({ ...definition, tasks: [], edges: [] }),
  'a parameter that is said twice': (definition) => ({ ...definition, params: [PARAM, PARAM] }),
}

export function describeDefinitions(benchOf: () => Bench): void {
  describe('definitions', () => {
    test.each(Object.entries(KINDS))(
      'a %s task reads back as it was compiled',
      async (_kind, task) => {
        const bench = benchOf()

        const made = await bench.create({ tasks: [task] })

        const found = await live(bench, made)
        expect(found).toMatchObject({ code: made.at.code, version: 1, isOnline: false })
        expect(found.definition).toEqual(made.definition)
      },
    )

    test('everything that can be said of a workflow reads back, by code and by name', async () => {
      const bench = benchOf()
      const { engine, projectCode } = bench

      const made = await bench.create({
        description: 'what it is for',
        start: {
          params: {
            properties: { day: { default: '2026-01-01' }, n: { type: 'integer', default: 7 } },
          },
        },
        settings: { concurrency: 'serial_wait', timeout_min: 60 },
        tasks: [
          shell('a', 'echo ${day}', {
            name: 'first task',
            description: 'says',
            priority: 'high',
            retry: { times: 2, interval_min: 3 },
            timeout: { min: 10, action: 'warn_and_fail' },
            delay_min: 1,
            params: [{ name: 'p', value: '${day}' }],
            outputs: ['rows'],
            cpu_quota_percent: 50,
            memory_max_mb: 128,
          }),
          shell('b', 'true', { needs: ['a'], disabled: true, worker_group: 'default' }),
          shell('c', 'true', { needs: ['a'] }),
          shell('d', 'true', { needs: ['b', 'c'] }),
        ],
      })

      const byName = await engine.findDefinitionByName({ projectCode, name: made.name }, options)
      expect((await live(bench, made)).definition).toEqual(made.definition)
      expect(byName).toMatchObject({ code: made.at.code, ownerName: 'admin' })
      expect(byName?.definition).toEqual(made.definition)
      expect(await engine.listDefinitions(projectCode, options)).toContainEqual({
        code: made.at.code,
        name: made.name,
      })
    })

    test('streams, cached tasks, places and a tenant are kept, and a save moves nothing', async () => {
      const bench = benchOf()
      const { family, engine, projectCode } = bench
      const { definition, codes } = bench.compile({
        // Of 3.1 alone: as whom its user runs.
        settings: { tenant: family === '3.1' ? 'default' : bench.server.tenant },
        tasks: [
          shell('a', 'true', { stream: true }),
          shell('b', 'true', { needs: ['a'], ...(family === '3.2' ? { cached: true } : {}) }),
        ],
      })
      const [a, b] = [must(codes['a'], 'a'), must(codes['b'], 'b')]
      const layout = { [a]: { x: 777, y: 5 }, [b]: { x: 12, y: 888 } }
      const input = { projectCode, definition, layout, tenant: bench.server.tenant }

      const code = await engine.createDefinition(input, options)
      const made = await live(bench, { at: { projectCode, code } })
      const byName = await engine.findDefinitionByName(
        { projectCode, name: definition.name },
        options,
      )
      await engine.updateDefinition(
        { ...input, code, layout: made.layout, taskVersions: made.taskVersions },
        options,
      )
      const saved = await live(bench, { at: { projectCode, code } })

      for (const found of [made, byName, saved])
        expect(found).toMatchObject({ definition, layout, taskVersions: { [a]: 1, [b]: 1 } })
      expect(definition.tenant).toBe(family === '3.1' ? 'default' : undefined)
    })

    test('awkward text comes back byte for byte', async () => {
      const bench = benchOf()

      const made = await bench.create({
        name: bench.uniqueName(`中文 "q" 'q' \\ & <b>`),
        description: AWKWARD,
        start: { params: { properties: { text: { default: AWKWARD } } } },
        tasks: [
          shell('a', AWKWARD, {
            name: `é "q" \\ 🐬`,
            description: AWKWARD,
            params: [{ name: 'p', value: AWKWARD }],
          }),
        ],
      })

      expect((await live(bench, made)).definition).toEqual(made.definition)
    })

    test('a name is given once in a project', async () => {
      const bench = benchOf()
      const { name } = await bench.create({ tasks: [shell('a', 'true')] })

      const failure = await failureOf(bench.create({ name, tasks: [shell('a', 'true')] }))

      expect(failure).toMatchObject({ kind: 'conflict', code: 'engine.conflict' })
    })

    test.each(Object.entries(BROKEN))('%s is refused', async (_what, change) => {
      const { engine, compile, projectCode, server } = benchOf()
      const definition = change(compile({ tasks: [shell('a', 'true')] }).definition)

      const failure = await failureOf(
        engine.createDefinition(
          { projectCode, definition, layout: {}, tenant: server.tenant },
          options,
        ),
      )

      expect(failure).toMatchObject({ kind: 'upstream', code: 'engine.refused' })
      expect(
        await engine.findDefinitionByName({ projectCode, name: definition.name }, options),
      ).toBeNull()
    })

    test('a description of more than 255 characters is refused', async () => {
      const { engine, compile, projectCode, server } = benchOf()
      const { definition } = compile({ tasks: [shell('a', 'true')] })
      const long = { ...definition, description: 'x'.repeat(256) }

      const failure = await failureOf(
        engine.createDefinition(
          { projectCode, definition: long, layout: {}, tenant: server.tenant },
          options,
        ),
      )

      expect(failure).toMatchObject({ code: 'engine.refused', details: { engine_code: 1_400_004 } })
    })

    test('every save makes a version, and a task that is as it was keeps its own', async () => {
      const bench = benchOf()
      const made = await bench.create({
        tasks: [shell('a', 'echo 1'), shell('b', 'echo 2', { needs: ['a'] })],
      })
      const changed = {
        ...made.definition,
        description: 'changed',
        tasks: made.definition.tasks.map((task) =>
          task.code === made.codes['b']
            ? { ...task, params: { ...task.params, rawScript: 'echo 3' } }
            : task,
        ),
      }

      await save(bench, made.at.code, changed)
      const second = await live(bench, made)
      await save(bench, made.at.code, changed)
      const third = await live(bench, made)

      expect(second.definition).toEqual(changed)
      expect([second.version, third.version]).toEqual([2, 3])
      expect(second.taskVersions).toEqual({
        [must(made.codes['a'], 'a')]: 1,
        [must(made.codes['b'], 'b')]: 2,
      })
      expect(third.taskVersions).toEqual(second.taskVersions)
    })

    test('an online definition is not changed', async () => {
      const bench = benchOf()
      const made = await bench.createOnline({ tasks: [shell('a', 'true')] })

      const failure = await failureOf(save(bench, made.at.code, made.definition))

      expect(failure).toMatchObject({ kind: 'conflict', code: 'engine.conflict' })
      expect(await live(bench, made)).toMatchObject({ version: 1, isOnline: true })
    })

    test('online and offline may be said twice', async () => {
      const bench = benchOf()
      const { engine } = bench
      const made = await bench.create({ tasks: [shell('a', 'true')] })

      await engine.setDefinitionOnline(made.at, options)
      await engine.setDefinitionOnline(made.at, options)
      const up = await live(bench, made)
      await engine.setDefinitionOffline(made.at, options)
      await engine.setDefinitionOffline(made.at, options)
      const down = await live(bench, made)

      expect([up.isOnline, down.isOnline]).toEqual([true, false])
    })

    test('only what is offline is deleted, and then it is gone', async () => {
      const bench = benchOf()
      const { engine } = bench
      const made = await bench.createOnline({ tasks: [shell('a', 'true')] })

      const failure = await failureOf(engine.deleteDefinition(made.at, options))
      await engine.setDefinitionOffline(made.at, options)
      await engine.deleteDefinition(made.at, options)

      expect(failure).toMatchObject({ code: 'engine.conflict' })
      expect(await engine.findDefinition(made.at, options)).toBeNull()
      expect(await failureOf(engine.deleteDefinition(made.at, options))).toMatchObject({
        code: 'engine.not_found',
      })
    })
  })
}

async function save(
  bench: Bench,
  code: string,
  definition: Parameters<Bench['engine']['updateDefinition']>[0]['definition'],
): Promise<void> {
  const { engine, projectCode, server } = bench
  const { taskVersions } = await live(bench, { at: { projectCode, code } })
  const input = { projectCode, code, definition, layout: {}, tenant: server.tenant, taskVersions }
  await engine.updateDefinition(input, options)
}
