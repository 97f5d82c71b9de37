import { expect, test } from 'vitest'
import { createTestApp, type TestApp } from '#test/support/app.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { editDefinition } from '#test/support/engine.ts'
import {
  applyAll,
  importWhile,
  previewImport,
  settleImport,
  takeId,
} from '#test/support/imports.ts'
import { createInstallation, type Installation } from '#test/support/installation.ts'
import { makeDefinitions } from '#test/support/make-definitions.ts'

const { db } = await useTestDatabase()

interface Item {
  readonly workflow_id: string
  readonly state: string
  readonly error: { readonly code: string } | null
}
type Calls = readonly (readonly [caller: string, called: string])[]

/** Definitions of these names, items 1, 2, 3 …; a caller's first task runs another of them. */
async function setup(names: readonly string[], calls: Calls) {
  const installation = await createInstallation(db, { approvals: 0 })
  const app = await createTestApp(installation)
  const codes = await makeDefinitions(installation, names)
  for (const [caller, called] of calls) {
    const [at, target] = [caller, called].map((name) => codes[names.indexOf(name)])
    await editDefinition(
      installation,
      { projectCode: installation.projectCode, code: at ?? '' },
      (definition) => ({
        ...definition,
        tasks: definition.tasks.map((task, n) =>
          n === 0
            ? { ...task, type: 'SUB_PROCESS', params: { processDefinitionCode: Number(target) } }
            : task,
        ),
      }),
    )
  }
  const { id } = await previewImport(app)
  await applyAll(app, id)
  return { installation, app, id }
}

/** The job's work, while somebody takes ids. */
async function runWhileTaken(
  { installation, app, id }: Awaited<ReturnType<typeof setup>>,
  taken: readonly string[],
): Promise<Record<string, string>> {
  await importWhile(installation, id, async () => {
    for (const workflowId of taken) await takeId(app, workflowId)
  })
  return outcomes(app, id)
}

async function outcomes(app: TestApp, id: string): Promise<Record<string, string>> {
  const { items } = (await app.call('dave', 'GET', `/imports/${id}/items?limit=100`)).body
  return Object.fromEntries(
    items.map((item: Item) => [item.workflow_id, item.error?.code ?? item.state]),
  )
}

const statusOf = async (app: TestApp, id: string) =>
  (await app.call('dave', 'GET', `/workflows/${id}`)).status

test('what is needed is adopted first, wherever it stands', async () => {
  const story = await setup(['Caller', 'Alone', 'Called'], [['Caller', 'Called']])

  expect(await runWhileTaken(story, ['Called'])).toEqual({
    Called: 'workflow.exists',
    Caller: 'import.needs',
    Alone: 'adopted',
  })
  expect(await statusOf(story.app, 'Caller')).toBe(404)
})

test('a chain over more than one batch fails from its end on, and keeps what is below', async () => {
  const names = Array.from({ length: 45 }, (_, n) => `W${String(n).padStart(2, '0')}`)
  const calls = names.slice(1).map((called, n) => [names[n] ?? '', called] as const)
  const story = await setup(names, calls)

  const found = await runWhileTaken(story, ['W20'])

  expect(found).toEqual(
    Object.fromEntries(
      names.map((name) => {
        if (name > 'W20') return [name, 'adopted']
        return [name, name === 'W20' ? 'workflow.exists' : 'import.needs']
      }),
    ),
  )
})

test('those that need each other are adopted together', async () => {
  const { app, id, installation } = await setup(
    ['Ping', 'Pong'],
    [
      ['Ping', 'Pong'],
      ['Pong', 'Ping'],
    ],
  )
  await settleImport(app, id)

  expect(await outcomes(app, id)).toEqual({ Ping: 'adopted', Pong: 'adopted' })
  expect(await deployedIds(installation)).toEqual(['Ping', 'Pong'])
})

test('of those that need each other none is adopted without the other', async () => {
  const story = await setup(
    ['Asks', 'Ping', 'Pong', 'Alone'],
    [
      ['Asks', 'Ping'],
      ['Ping', 'Pong'],
      ['Pong', 'Ping'],
    ],
  )

  expect(await runWhileTaken(story, ['Pong'])).toEqual({
    Pong: 'workflow.exists',
    Ping: 'import.needs',
    Asks: 'import.needs',
    Alone: 'adopted',
  })
  expect(await statusOf(story.app, 'Ping')).toBe(404)
  expect(await deployedIds(story.installation)).toEqual(['Alone'])
})

test('an import that was applied before there was an order is adopted all the same', async () => {
  const story = await setup(['Caller', 'Alone', 'Called'], [['Caller', 'Called']])
  await db
    .updateTable('workflow_import_item')
    .set({ group_no: 0 })
    .where('org_id', '=', story.installation.at.orgId)
    .execute()

  expect(await runWhileTaken(story, ['Called'])).toEqual({
    Called: 'workflow.exists',
    Caller: 'import.needs',
    Alone: 'adopted',
  })
})

async function deployedIds({ at }: Installation): Promise<readonly string[]> {
  const rows = await at.q
    .selectFrom('workflow_deployment')
    .select('workflow_id')
    .where('org_id', '=', at.orgId)
    .orderBy('workflow_id')
    .execute()
  return rows.map((row) => row.workflow_id)
}
