import { expect, test } from 'vitest'
import type { EngineDefinition, EngineTask } from '#src/engine/definition.ts'
import { ENGINE_FAMILIES } from '#src/engine/catalog.ts'
import type { JsonObject } from '#src/lib/json.ts'
import { must } from '#src/lib/must.ts'
import { createTestApp } from '#test/support/app.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { engineOf } from '#test/support/engine.ts'
import { applyAll, previewImport, settleImport } from '#test/support/imports.ts'
import { createInstallation, type Installation } from '#test/support/installation.ts'
import { makeDefinitions } from '#test/support/make-definitions.ts'

const { db } = await useTestDatabase()
const options = () => ({ signal: AbortSignal.timeout(10_000) })

/** Task codes are the installation's: a second definition has others. */
function withCodes(definition: EngineDefinition): EngineDefinition {
  const moved = (code: string): string => `${code}77`
  return {
    ...definition,
    tasks: definition.tasks.map((task) => ({ ...task, code: moved(task.code) })),
    edges: definition.edges.map(({ from, to }) => ({ from: from && moved(from), to: moved(to) })),
  }
}

/** `Down` names all there is by ids and codes: a file, a data source as text, a task of `Up`. */
async function makeBoth(installation: Installation) {
  const { projectCode, simulator } = installation
  const engine = engineOf(installation)
  simulator.control.addResource('jars/x.sh')
  const source = simulator.control.addDataSource('warehouse', 'MYSQL')
  const file = must(await engine.findResource('jars/x.sh', options()), 'the file')
  const [code = ''] = await makeDefinitions(installation, ['Up'])
  const up = await engine.findDefinition({ projectCode, code }, options())
  const item: JsonObject = {
    projectCode: Number(projectCode),
    definitionCode: Number(code),
    depTaskCode: Number(up?.definition.tasks[0]?.code),
    cycle: 'day',
    dateValue: 'today',
  }
  const list = [{ relation: 'AND', dependItemList: [item, { ...item, x: 1 }] }]
  const wait: Partial<EngineTask> = {
    type: 'DEPENDENT',
    params: { dependence: { relation: 'AND', dependTaskList: list } },
  }
  const load: Partial<EngineTask> = {
    type: 'SQL',
    params: {
      type: 'MYSQL',
      datasource: String(source),
      sql: 'select 1',
      sqlType: '0',
      resourceList: [file.id === null ? { resourceName: file.fullName } : { id: file.id }],
    },
  }
  await makeDefinitions(installation, ['Down'], (definition) => {
    const { tasks, ...rest } = withCodes(definition)
    return { ...rest, tasks: tasks.map((task, n) => ({ ...task, ...(n === 0 ? wait : load) })) }
  })
  return { file, source }
}

test.each(ENGINE_FAMILIES)(
  'what %s says by ids and codes is promoted as what they stand for',
  async (family) => {
    const installation = await createInstallation(db, { approvals: 0, family })
    const app = await createTestApp(installation)
    const engine = engineOf(installation)
    const { file, source } = await makeBoth(installation)
    const { id } = await previewImport(app)
    await applyAll(app, id)
    await settleImport(app, id)
    const clusters = await app.call('erin', 'GET', '/clusters')
    const next = await app.call('erin', 'POST', '/environments', {
      body: {
        name: 'next',
        cluster_id: clusters.body.items[0].cluster_id,
        project_name: 'next',
        create_project: true,
        stage_rank: 9,
        defaults: { tenant: installation.simulator.tenant },
        policy: { approvals_required: 0 },
      },
    })

    for (const workflow of ['Up', 'Down']) {
      const body = { workflow_id: workflow, from: 'prod', to: 'next', online: false }
      await app.call('alice', 'POST', '/promotions', { body })
      await app.runJobs(3)
    }

    const projectCode: string = next.body.project_code
    const [up, down] = await Promise.all(
      ['Up', 'Down'].map((name) => engine.findDefinitionByName({ projectCode, name }, options())),
    )
    const task = up?.definition.tasks.find(({ name }) => name === 'extract')
    const item = {
      projectCode: Number(projectCode),
      definitionCode: Number(up?.code),
      depTaskCode: Number(task?.code),
    }
    const sent = new Map(down?.definition.tasks.map(({ name, params }) => [name, params]))
    expect([sent.get('extract'), sent.get('load')]).toMatchObject([
      { dependence: { dependTaskList: [{ dependItemList: [item, { ...item, x: 1 }] }] } },
      {
        datasource: String(source),
        resourceList: [file.id === null ? { resourceName: file.fullName } : { id: file.id }],
      },
    ])
    const version = await app.call('dave', 'GET', '/workflows/Down/versions/1')
    expect(version.body.definition.tasks).toMatchObject([
      { type: 'engine' },
      {
        resources: ['jars/x.sh'],
        engine_params: { datasource: { $text: [{ $data_source: 'warehouse' }] } },
      },
    ])
  },
)
