import { expect, test } from 'vitest'
import { readJson } from '#src/db/json-column.ts'
import type { EngineFamily } from '#src/engine/catalog.ts'
import { Failure, type Operation } from '#src/publishing/publication.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { editDefinition, engineOf } from '#test/support/engine.ts'
import {
  addVersion,
  createInstallation,
  ordersDocument,
  type Installation,
} from '#test/support/installation.ts'
import { applyToEnd, request, stateOf } from '#test/support/publishing.ts'
import { deployedCode } from '#test/support/runs.ts'

const { db } = await useTestDatabase()

/** Somebody edited it there and went back to the version before: offline, its schedule online. */
async function switched(family: EngineFamily) {
  const installation = await createInstallation(db, { approvals: 0, family })
  await addVersion(installation, ordersDocument())
  await applyToEnd(installation, await request(installation, 'deploy', { online: true }))
  const at = {
    projectCode: installation.projectCode,
    code: await deployedCode(installation),
  }
  const [schedule] = await engineOf(installation).findSchedules(at, options)
  await editDefinition(installation, at, (definition) => ({ ...definition, timeoutMin: 5 }))
  await engineOf(installation).setScheduleOnline(
    { ...at, definitionCode: at.code, scheduleId: schedule?.id ?? 0 },
    options,
  )
  installation.simulator.control.switchVersion(at.code, 1)
  return { installation, at }
}

const options = { signal: AbortSignal.timeout(60_000) }

async function isOnlineThere(
  installation: Installation,
  at: { readonly projectCode: string; readonly code: string },
) {
  const engine = engineOf(installation)
  const definition = await engine.findDefinition(at, options)
  if (definition === null) return null
  const schedules = await engine.findSchedules(at, options)
  return [definition.isOnline, ...schedules.map(({ isOnline }) => isOnline)]
}

test.each<[Operation, boolean, EngineFamily, readonly boolean[] | null]>([
  ['undeploy', false, '3.1', null],
  ['undeploy', false, '3.4', null],
  ['offline', false, '3.1', [false, false]],
  ['offline', false, '3.2', [false, false]],
  ['deploy', false, '3.4', [false, false]],
  ['deploy', true, '3.1', [true, true]],
  ['online', false, '3.4', [true, true]],
])(
  'after a switch of the version: %s, online: %s, on %s',
  async (operation, online, family, is) => {
    const { installation, at } = await switched(family)
    const before = await isOnlineThere(installation, at)
    if (operation === 'deploy')
      await addVersion(installation, ordersDocument({ description: 'another' }))

    const state = await applyToEnd(installation, await request(installation, operation, { online }))

    expect(before).toEqual([false, true])
    expect(state).toBe('succeeded')
    expect(await isOnlineThere(installation, at)).toEqual(is)
  },
)

test('a schedule that cannot be made online again so is named, by itself', async () => {
  const { installation, at } = await switched('3.2')
  await addVersion(installation, ordersDocument({ description: 'another' }))
  installation.simulator.control.failNext({ method: 'PUT', path: /definition/, kind: 'forbidden' })
  const publication = await request(installation, 'deploy')

  const state = await applyToEnd(installation, publication)

  const row = await stateOf(installation, publication)
  expect(state).toBe('compensated')
  expect(readJson(Failure, row.failure ?? '').not_restored).toEqual([
    'schedule: it was online while its workflow was offline, and is offline now',
  ])
  expect(await isOnlineThere(installation, at)).toEqual([false, false])
})
