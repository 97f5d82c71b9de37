import { describe, expect, test } from 'vitest'
import { listByCodes } from '#src/runs/place-store.ts'
import { listOpenInstances } from '#src/runs/run-store.ts'
import { versionOf } from '#src/runs/version-store.ts'
import { useTestDatabase } from '#test/support/database.ts'
import type { Installation } from '#test/support/installation.ts'
import { engineOf } from '#test/support/engine.ts'
import { deployedCode, deployOrders, syncOnce } from '#test/support/runs.ts'

const { db } = await useTestDatabase()

const HOUR_MS = 3_600_000
const SIDE_BY_SIDE = [
  { key: 'short', type: 'shell' as const, script: 'sleep 300' },
  { key: 'long', type: 'shell' as const, script: 'sleep 3000' },
  { key: 'after', type: 'shell' as const, needs: ['short'], script: 'sleep 3000' },
]

async function syncEvery(installation: Installation, ms: number, times: number): Promise<void> {
  for (let n = 0; n < times; n++) {
    installation.clock.advance(ms)
    await syncOnce(installation)
  }
}

const nodesOf = ({ at }: Installation) =>
  db
    .selectFrom('task_instance_cache')
    .select(['task_key', 'state'])
    .where('org_id', '=', at.orgId)
    .orderBy('task_key')
    .execute()
const runsOf = ({ at }: Installation) =>
  db
    .selectFrom('workflow_instance_cache')
    .selectAll()
    .where('org_id', '=', at.orgId)
    .orderBy('engine_instance_id')
    .execute()

describe.each(['3.1', '3.2', '3.3', '3.4'] as const)('DolphinScheduler %s', (family) => {
  test('a task that ends long after its start is over here too, while its run goes on', async () => {
    const installation = await deployOrders(db, { family, tasks: SIDE_BY_SIDE })
    installation.simulator.control.startInstance(await deployedCode(installation))
    await syncEvery(installation, 60_000, 4)
    const before = await nodesOf(installation)

    await syncEvery(installation, 60_000, 6)

    expect(before).toEqual([
      { task_key: 'long', state: 'running' },
      { task_key: 'short', state: 'running' },
    ])
    expect(await runsOf(installation)).toMatchObject([{ state: 'running' }])
    expect(await nodesOf(installation)).toEqual([
      { task_key: 'after', state: 'running' },
      { task_key: 'long', state: 'running' },
      { task_key: 'short', state: 'success' },
    ])
  })

  test('the tasks of a run that only a sweep has found are there at once', async () => {
    const installation = await deployOrders(db, { family, tasks: SIDE_BY_SIDE })
    installation.clock.advance(HOUR_MS)
    await syncOnce(installation)
    installation.simulator.control.startInstance(await deployedCode(installation))
    installation.clock.advance(HOUR_MS / 2)
    await db
      .updateTable('environment_sync')
      .set({ instances_since: installation.clock.now(), swept_at: null })
      .where('org_id', '=', installation.at.orgId)
      .execute()

    await syncOnce(installation)

    expect(await nodesOf(installation)).toEqual([
      { task_key: 'after', state: 'running' },
      { task_key: 'long', state: 'running' },
      { task_key: 'short', state: 'success' },
    ])
  })
})

test('a run whose open tasks are all in the list costs no look at them', async () => {
  const installation = await deployOrders(db, { tasks: SIDE_BY_SIDE })
  await syncOnce(installation)
  installation.simulator.control.startInstance(await deployedCode(installation))
  await syncEvery(installation, 2_000, 2)
  installation.simulator.calls.reset()

  await syncEvery(installation, 2_000, 1)

  expect(installation.simulator.calls.total).toBe(2)
})

test('open runs take turns: those that were not looked at for longest are first', async () => {
  const installation = await deployOrders(db, { tasks: SIDE_BY_SIDE })
  const { at, environmentId, simulator } = installation
  const code = await deployedCode(installation)
  const ids = [1, 2, 3].map(() => simulator.control.startInstance(code))
  await syncEvery(installation, 1_000, 1)
  const seen = async (index: number, asOf: Date | null) =>
    db
      .updateTable('workflow_instance_cache')
      .set({ as_of: asOf })
      .where('org_id', '=', at.orgId)
      .where('engine_instance_id', '=', ids[index] ?? 0)
      .execute()
  await seen(0, new Date('2026-03-01T12:00:00Z'))
  await seen(1, new Date('2026-03-01T11:00:00Z'))
  await seen(2, null)

  const rows = await listOpenInstances(at, environmentId, 2)

  expect(rows.map((row) => row.engine_instance_id)).toEqual([ids[2], ids[1]])
})

test('sweeps take turns too, and come to every ended run', async () => {
  const installation = await deployOrders(db)
  const { at, simulator } = installation
  const code = await deployedCode(installation)
  simulator.control.startInstance(code)
  await syncEvery(installation, 1_000, 5)
  const { as_of: before } = await at.q
    .selectFrom('workflow_instance_cache')
    .select('as_of')
    .where('org_id', '=', at.orgId)
    .executeTakeFirstOrThrow()
  installation.clock.advance(25 * HOUR_MS)

  await syncOnce(installation)

  const [row] = await runsOf(installation)
  expect(row).toMatchObject({ state: 'success', as_of: installation.clock.now() })
  expect(before).not.toEqual(row?.as_of)
})

test.each([
  { whose: 'their own', step: 1n },
  { whose: 'the same', step: 0n },
])(
  'what others with $whose task codes execute again hides no old run of ours',
  async ({ step }) => {
    const installation = await deployOrders(db)
    const { projectCode, simulator, clock } = installation
    const engine = engineOf(installation)
    const options = { signal: AbortSignal.timeout(30_000) }
    const ours = await deployedCode(installation)
    const live = await engine.findDefinition({ projectCode, code: ours }, options)
    if (!live) throw new Error('nothing is deployed')
    const foreign = JSON.parse(
      JSON.stringify(live.definition).replaceAll(
        /"(\d{10,})"/g,
        (_, taken) => `"${BigInt(taken) + step}"`,
      ),
    ) as typeof live.definition
    const code = await engine.createDefinition(
      { projectCode, definition: { ...foreign, name: 'foreign' }, layout: {}, tenant: 'default' },
      options,
    )
    await engine.setDefinitionOnline({ projectCode, code }, options)
    const id = simulator.control.startInstance(ours)
    const others = Array.from({ length: 60 }, () => simulator.control.startInstance(code))
    clock.advance(72 * HOUR_MS)
    await syncOnce(installation)

    simulator.control.rerun(id)
    clock.advance(1_000)
    for (const other of others) simulator.control.rerun(other)
    await syncEvery(installation, 1_000, 1)

    expect(await runsOf(installation)).toMatchObject([{ engine_instance_id: id, attempt: 2 }])
  },
)

test('the version of a run is known however many publications came after it', async () => {
  const installation = await deployOrders(db)
  const { at, environmentId } = installation
  const [deployment] = await listByCodes(at, environmentId, [await deployedCode(installation)])
  if (!deployment) throw new Error('nothing is deployed')
  const first = await db
    .selectFrom('workflow_publish_record')
    .selectAll()
    .where('org_id', '=', at.orgId)
    .executeTakeFirstOrThrow()
  const evidence = JSON.parse(first.evidence ?? '{}')
  for (let version = 100; version < 130; version++) {
    await db
      .insertInto('workflow_publish_record')
      .values({
        ...first,
        publication_id: `pub_z${version}`,
        version: version === 100 ? 1 : null,
        evidence: JSON.stringify({ ...evidence, engine_version: version }),
      })
      .execute()
  }

  expect(await versionOf(at, deployment, 100)).toBe(1)
  expect(await versionOf(at, deployment, 99)).toBeNull()
})
