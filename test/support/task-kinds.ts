import fc from 'fast-check'
import type { EngineFamily } from '#src/engine/catalog.ts'
import type { Bindings } from '#src/engine/engine.ts'

/** Keys that generated documents give to their tasks. */
export const TASK_KEYS = ['a', 'b', 'c', 'd', 'e'] as const

/** What names of generated documents mean in an environment of the family. */
export function bindingsFor(family: EngineFamily): Bindings {
  const file = (id: number, path: string) =>
    family === '3.1' ? { id, fullName: `/${path}` } : { id: null, fullName: `/base/${path}` }
  return {
    workflowId: 'daily',
    projectCode: '1',
    taskCodes: Object.fromEntries(TASK_KEYS.map((key, index) => [key, String(9 + index * 7)])),
    dataSources: {
      warehouse: { id: 7, name: 'warehouse', type: 'MYSQL' },
      lake: { id: 8, name: 'lake', type: 'HIVE' },
    },
    environmentCodes: { py3: '555', spark: '556' },
    alertGroupIds: { ops: 3 },
    taskGroupIds: { nightly: 4 },
    resources: { 'jars/etl.jar': file(31, 'jars/etl.jar'), 'conf/x.conf': file(32, 'conf/x.conf') },
    workflowCodes: { other: '4242' },
    workflowTaskCodes: { other: { first: '4300', second: '4301' } },
    defaultWorkerGroup: 'default',
    defaultTenant: 'root',
    defaultEnvironment: null,
  }
}

const text = fc.string({ unit: 'grapheme', maxLength: 20 })
const someText = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/)
const texts = fc.dictionary(name, text, { maxKeys: 3, noNullPrototype: true })
const statements = fc.array(someText, { maxLength: 2 })
const source = fc.constantFrom('warehouse', 'lake')
const jar = fc.constantFrom('jars/etl.jar')
const count = fc.integer({ min: 1, max: 99 })
const memory = fc.constantFrom('512M', '2G')
const relation = fc.constantFrom('and', 'or')
const key = fc.constantFrom(...TASK_KEYS)

type Fields = Record<string, fc.Arbitrary<unknown>>

/** Some of the fields, each there or not. */
function some(fields: Fields): fc.Arbitrary<object> {
  return fc.record(fields, { requiredKeys: [] })
}

function task(type: string, required: Fields, optional: Fields = {}): fc.Arbitrary<object> {
  return fc
    .tuple(fc.record({ type: fc.constant(type), ...required }), some(optional))
    .map(([fields, more]) => ({ ...more, ...fields }))
}

/** What a language cannot do without. */
function submitted(type: string, optional: Fields): fc.Arbitrary<object> {
  const language = fc.constantFrom('java', 'scala', 'python', 'sql')
  return fc.tuple(task(type, { language }, optional), someText).map(([fields, script]) => ({
    ...fields,
    ...('language' in fields && fields.language === 'sql'
      ? { script }
      : { main_jar: 'jars/etl.jar' }),
  }))
}

/** Keys in order, as 3.1's list of parameters is. */
function flatBody(body: Readonly<Record<string, string>>): string {
  const entries = Object.entries(body).sort(([a], [b]) => (a < b ? -1 : 1))
  return entries.length === 0 ? '' : JSON.stringify(Object.fromEntries(entries))
}

/** Every kind of task that the family can run, by its type. */
export function kindsFor(family: EngineFamily): Readonly<Record<string, fc.Arbitrary<object>>> {
  const isNew = family !== '3.1'
  const is33 = family >= '3.3'
  const options = {
    main_class: someText,
    main_jar: jar,
    app_name: someText,
    main_args: someText,
    options: someText,
    yarn_queue: someText,
    script: someText,
  }
  const window = {
    cycle: fc.constantFrom('hour', 'day', 'week', 'month'),
    date: fc.constantFrom('today', 'last1Days', 'thisMonthBegin'),
    ...(isNew ? { passes_params: fc.boolean() } : {}),
  }
  const waits = fc.constantFrom('all_tasks', ...(isNew ? ['workflow'] : []))
  const item = fc.oneof(
    fc.record({
      workflow: fc.constant('other'),
      wait_for: fc.oneof(waits, fc.record({ task: fc.constantFrom('first', 'second') })),
      ...window,
    }),
    fc.record({
      engine: fc.record({
        project_code: fc.constant('77'),
        definition_code: fc.constant('78'),
        task_code: fc.constantFrom('0', '-1', '79'),
      }),
      ...window,
    }),
  )
  return {
    shell: task('shell', { script: someText }),
    python: task('python', { script: someText }),
    sql: task('sql', {
      datasource: source,
      sql: someText,
      mode: fc.constantFrom('query', 'statement'),
      pre_statements: statements,
      post_statements: statements,
      limit_rows: fc.nat(100),
    }),
    procedure: task('procedure', { datasource: source, call: someText }),
    http: task('http', {
      url: someText,
      method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'),
      query: texts,
      headers: texts,
      body: texts.map(flatBody),
      check: fc.oneof(
        fc.constant({ kind: 'status_ok', value: '' }),
        fc.record({ kind: fc.constantFrom('status', 'body_contains'), value: someText }),
      ),
      connect_timeout_ms: fc.integer({ min: 1, max: 100_000 }),
    }),
    ...(isNew
      ? {
          java: task(
            'java',
            { run: fc.constantFrom('jar', is33 ? 'classpath' : 'source') },
            {
              main_jar: jar,
              args: someText,
              jvm_args: someText,
              uses_module_path: fc.boolean(),
              ...(is33 ? { main_class: someText } : { source: someText }),
            },
          ),
        }
      : {}),
    sub_workflow: task('sub_workflow', { workflow: fc.constant('other') }),
    dependent: task(
      'dependent',
      {
        relation,
        groups: fc.array(
          fc.record({ relation, items: fc.array(item, { minLength: 1, maxLength: 2 }) }),
          { minLength: 1, maxLength: 2 },
        ),
      },
      isNew
        ? {
            check_interval_sec: count,
            on_failure: fc.constantFrom('fail', 'wait'),
            failure_wait_min: count,
          }
        : {},
    ),
    conditions: task('conditions', {
      relation,
      groups: fc.array(
        fc.record({
          relation,
          items: fc.array(fc.record({ task: key, is: fc.constantFrom('success', 'failure') }), {
            minLength: 1,
            maxLength: 2,
          }),
        }),
        { minLength: 1, maxLength: 2 },
      ),
      on_success: fc.array(key, { minLength: 1, maxLength: 2 }),
      on_failure: fc.array(key, { minLength: 1, maxLength: 2 }),
    }),
    switch: task('switch', {
      cases: fc.array(fc.record({ condition: someText, next: key }), { maxLength: 2 }),
      otherwise: key,
    }),
    spark: submitted('spark', {
      ...options,
      deploy_mode: fc.constantFrom('client', 'cluster', 'local'),
      namespace: someText,
      driver_cores: count,
      driver_memory: memory,
      executors: count,
      executor_cores: count,
      executor_memory: memory,
      ...(isNew
        ? { master: someText, script_from: fc.constantFrom('script', 'file') }
        : { spark_version: fc.constantFrom('SPARK1', 'SPARK2') }),
    }),
    flink: submitted('flink', {
      ...options,
      deploy_mode: fc.constantFrom('local', 'standalone', 'cluster', 'application'),
      flink_version: someText,
      init_script: someText,
      parallelism: count,
      slots: count,
      task_managers: count,
      job_manager_memory: memory,
      task_manager_memory: memory,
    }),
    datax: fc.oneof(
      task('datax', { job_json: someText }, { heap_min_gb: count, heap_max_gb: count }),
      task(
        'datax',
        {
          source,
          target: source,
          sql: someText,
          target_table: someText,
          pre_statements: statements,
          post_statements: statements,
        },
        { speed_bytes: fc.nat(9), speed_records: fc.nat(9), heap_min_gb: count },
      ),
    ),
    seatunnel: task(
      'seatunnel',
      {
        startup_script: fc.constantFrom(
          'start-seatunnel-spark.sh',
          'start-seatunnel-flink-15-connector-v2.sh',
          ...(isNew ? ['seatunnel.sh'] : []),
        ),
        deploy_mode: fc.constantFrom('client', 'cluster', 'local'),
        master: fc.constantFrom('yarn', 'local', 'spark', 'mesos'),
      },
      {
        run_mode: fc.constantFrom('run', 'run_application'),
        options: someText,
        master_url: someText,
      },
    ).chain((fields) =>
      fc.oneof(
        someText.map((config) => ({ ...fields, config })),
        fc.constant({ ...fields, resources: ['conf/x.conf'] }),
      ),
    ),
    engine: task('engine', {
      engine_type: fc.constantFrom('MR', 'SQOOP', 'MY_PLUGIN'),
      engine_params: fc.dictionary(
        fc.constantFrom('mainClass', 'others', 'x'),
        fc.oneof(someText, fc.nat()),
        { noNullPrototype: true },
      ),
    }),
  }
}
