import { describe, expect, test } from 'vitest'
import type { WorkflowDocumentInput } from '#src/definition/document.ts'
import { DEPLOY, request } from '#test/support/app-publishing.ts'
import { createTestApp } from '#test/support/app.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { engineOf } from '#test/support/engine.ts'
import { addVersion, createInstallation, ordersDocument } from '#test/support/installation.ts'
import { makeDefinitions } from '#test/support/make-definitions.ts'

const { db } = await useTestDatabase()

type TaskInput = WorkflowDocumentInput['tasks'][number]
type Params = Record<string, never> | object

interface Seen {
  readonly issues: readonly (readonly [string, string])[]
  readonly warnings: readonly string[]
  readonly digest: string
}

const options = () => ({ signal: AbortSignal.timeout(10_000) })
const task = (type: string, params: Params, key = 'raw'): TaskInput => ({
  key,
  type: 'engine',
  engine_type: type,
  engine_params: JSON.parse(JSON.stringify(params)),
})

async function setup(family: '3.1' | '3.4' = '3.4') {
  const installation = await createInstallation(db, { family, approvals: 0 })
  const app = await createTestApp(installation)
  const { control } = installation.simulator
  const source = control.addDataSource('warehouse', 'MYSQL')
  const planOf = async (...tasks: readonly TaskInput[]): Promise<Seen> => {
    await addVersion(installation, ordersDocument({ id: 'raw', name: 'raw', tasks: [...tasks] }))
    const { body } = await app.call('alice', 'POST', '/workflows/raw/publications:plan', {
      body: DEPLOY,
    })
    return {
      issues: body.issues.map((issue: { pointer: string; message: string }) => [
        issue.pointer,
        issue.message,
      ]),
      warnings: body.warnings,
      digest: body.plan_digest,
    }
  }
  /** Its token is that of a plain user from here on. */
  const demote = async () => {
    const clusters = await app.call('erin', 'GET', '/clusters')
    await app.call('erin', 'PATCH', `/clusters/${clusters.body.items[0].cluster_id}`, {
      body: { token: control.addUser('svc') },
    })
    control.grantProject('svc', installation.projectCode)
  }
  return { installation, app, control, source, planOf, demote, engine: engineOf(installation) }
}

const waiting = (item: object) => ({
  dependence: {
    relation: 'AND',
    dependTaskList: [
      { relation: 'AND', dependItemList: [{ cycle: 'day', dateValue: 'today', ...item }] },
    ],
  },
})

test.each([
  ['as text', 'SQL', { type: 'MYSQL', datasource: '999', sql: 'x' }],
  ['in a JSON text', 'SQOOP', { sourceParams: '{"srcType": "MYSQL", "srcDatasource": 999}' }],
])('an id %s is an issue where the engine does not have it', async (_how, type, params) => {
  const { planOf } = await setup()

  const { issues } = await planOf(task(type, params))

  expect(issues).toEqual([['/tasks/0', 'the engine has no data source 999']])
})

test('a name is found in a text and outside of the table, and a misspelt one is an issue', async () => {
  const { planOf } = await setup()
  const named = { $data_source: 'warehouse' }

  const good = await planOf(task('MY_PLUGIN', { ds: named, url: { $text: ['ds:', named] } }))
  const bad = await planOf(task('SQL', { type: 'MYSQL', datasource: { $datasource: 'warehouse' } }))

  expect(good).toMatchObject({ issues: [], warnings: [] })
  expect(bad.issues).toEqual([
    ['/tasks/0/engine_params/datasource', expect.stringContaining('names nothing')],
  ])
})

test('a branch to no task here is an issue', async () => {
  const { planOf } = await setup()
  const first: TaskInput = { key: 'a', type: 'shell', script: 'x' }
  const conditions = {
    dependence: { dependTaskList: [{ dependItemList: [{ depTaskCode: 987 }] }] },
    conditionResult: { successNode: [0, null, ''], failedNode: ['a', 'nope'] },
  }
  const branches = { switchResult: { dependTaskList: [{ nextNode: 'zzz' }], nextNode: 5 } }

  const { issues } = await planOf(
    first,
    task('CONDITIONS', conditions, 'b'),
    task('SWITCH', branches, 'c'),
  )

  expect(new Set(issues)).toEqual(
    new Set([
      ['/tasks/1', 'no task here is "nope"'],
      ['/tasks/1', 'no task here is "987"'],
      ['/tasks/2', 'no task here is "5"'],
      ['/tasks/2', 'no task here is "zzz"'],
    ]),
  )
})

describe('a file', () => {
  test.each([
    ['3.1', { id: 999 }, 'the engine has no resource 999'],
    ['3.1', { id: '999', res: 'x' }, 'the engine has no resource 999'],
    ['3.1', { resourceName: '/x.sh' }, 'the engine has no resource /x.sh'],
    ['3.4', { id: 999 }, 'the engine has no resource 999'],
    ['3.4', { resourceName: '/no/x.sh' }, 'the engine has no resource /no/x.sh'],
  ] as const)('of %s that is not there is an issue', async (family, file, message) => {
    const { planOf, control } = await setup(family)
    control.addResource('x.sh')

    const listed = await planOf(task('SHELL', { rawScript: 'x', resourceList: [file] }))
    const jar = await planOf(task('MR', { programType: 'JAVA', mainJar: file }))

    expect([listed.issues, jar.issues]).toEqual([[['/tasks/0', message]], [['/tasks/0', message]]])
  })

  test.each(['3.1', '3.4'] as const)('of %s that is there is said', async (family) => {
    const { planOf, control, engine } = await setup(family)
    control.addResource('x.sh')
    const found = await engine.findResource('x.sh', options())
    const file = found?.id ? { id: found.id } : { resourceName: found?.fullName }

    const { issues, warnings } = await planOf(
      task('SHELL', { rawScript: 'x', resourceList: [file] }),
    )

    expect(issues).toEqual([])
    expect(warnings).toEqual([
      expect.stringMatching(/^task "raw" names resource \S+ as the engine does, not by a name$/),
    ])
  })
})

describe('a workflow that a task runs by its code', () => {
  const run = (code: string) => task('SUB_WORKFLOW', { workflowDefinitionCode: Number(code) })

  test('is said by its name, in whatever project it is', async () => {
    const { planOf, installation, engine } = await setup()
    const { code: projectCode } = await engine.createProject(
      { name: 'others', description: '' },
      options(),
    )
    const [own = ''] = await makeDefinitions(installation, ['Own'])
    const [theirs = ''] = await makeDefinitions({ ...installation, projectCode }, ['Theirs'])

    const plans = [await planOf(run(own)), await planOf(run(theirs))]

    expect(plans).toMatchObject([
      { issues: [], warnings: [`task "raw" runs workflow ${own}, "Own", by its code`] },
      {
        issues: [],
        warnings: [`task "raw" runs workflow ${theirs}, "Theirs" of project "others", by its code`],
      },
    ])
  })

  test('is an issue for a user who sees every project, where none has it', async () => {
    const { planOf, demote } = await setup()

    const admin = await planOf(run('777'))
    await demote()
    const plain = await planOf({ ...run('777'), description: 'again' })

    expect(admin.issues).toEqual([['/tasks/0', 'the engine has no workflow 777']])
    expect(plain.issues).toEqual([])
    expect(plain.warnings).toContain(
      `task "raw" runs workflow 777, which is in no project that the token's user may see`,
    )
  })
})

describe("what a task in the engine's words waits for", () => {
  test('has to be there', async () => {
    const { planOf, installation } = await setup()
    const { projectCode } = installation
    const [code = ''] = await makeDefinitions(installation, ['Up'])
    const item = { projectCode: Number(projectCode), definitionCode: Number(code), x: 1 }

    const task4711 = await planOf(task('DEPENDENT', waiting({ ...item, depTaskCode: 4711 })))
    const whole = await planOf(task('DEPENDENT', waiting({ ...item, depTaskCode: 0 })))

    const what = `workflow ${code} of project ${projectCode}, "Up"`
    expect(task4711.issues).toEqual([['/tasks/0', `${what}, has no task 4711`]])
    expect(whole).toMatchObject({
      issues: [],
      warnings: [`task "raw" waits for ${what}, by its code`],
    })
  })

  const named = (item: object) =>
    task('DEPENDENT', waiting({ definitionCode: { $workflow: 'daily_orders' }, ...item }))

  test('is an issue where a code of elsewhere stands beside a name', async () => {
    const { planOf, installation, app } = await setup()
    await addVersion(installation, ordersDocument())
    await request(app)
    await app.runJobs(3)

    const other = await planOf(named({ projectCode: 4711, depTaskCode: 4300 }))
    const own = await planOf(named({ projectCode: { $project: 'own' }, depTaskCode: -1 }))

    expect(other.issues).toEqual([
      ['/tasks/0', '"daily_orders" is not in project 4711'],
      ['/tasks/0', '"daily_orders" has no task 4300 here'],
    ])
    expect(own).toMatchObject({ issues: [], warnings: [] })
  })

  test('is one issue at its place where the name is not deployed', async () => {
    const { planOf, installation } = await setup()
    await addVersion(installation, ordersDocument())

    const { issues } = await planOf(named({ depTaskCode: { $task: 'extract' } }))

    expect(issues).toEqual([
      [
        '/tasks/0/engine_params/dependence/dependTaskList/0/dependItemList/0/definitionCode',
        '"daily_orders" is not deployed in this environment',
      ],
    ])
  })
})

test('the codes of branches, which every plan makes anew, are no part of its digest', async () => {
  const { planOf, app } = await setup()
  const after = { type: 'shell' as const, script: 'x', needs: ['decide'] }
  const branches: readonly TaskInput[] = [
    { key: 'first', type: 'shell', script: 'x' },
    {
      key: 'decide',
      type: 'conditions',
      needs: ['first'],
      groups: [{ items: [{ task: 'first', is: 'success' }] }],
      on_success: ['good'],
      on_failure: ['bad'],
    },
    { key: 'good', ...after },
    { key: 'bad', ...after },
  ]
  const { digest, issues } = await planOf(...branches)

  const again = await app.call('alice', 'POST', '/workflows/raw/publications:plan', {
    body: DEPLOY,
  })

  expect(issues).toEqual([])
  expect(again.body.plan_digest).toBe(digest)
})
