import { describe, expect, test } from 'vitest'
import { ENGINE_FAMILIES, type EngineFamily } from '#src/engine/catalog.ts'
import { DEPLOY, request, stateOf } from '#test/support/app-publishing.ts'
import { createTestApp } from '#test/support/app.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { deploymentOf, lookForDrift } from '#test/support/drift.ts'
import { editDefinition, engineOf } from '#test/support/engine.ts'
import {
  addVersion,
  createInstallation,
  ordersDocument,
  type Installation,
} from '#test/support/installation.ts'
import { deployedCode } from '#test/support/runs.ts'

const { db } = await useTestDatabase()

const options = () => ({ signal: AbortSignal.timeout(10_000) })

async function setup(family: EngineFamily) {
  const installation = await createInstallation(db, { approvals: 0, family })
  const app = await createTestApp(installation)
  await addVersion(installation, ordersDocument())
  await request(app, DEPLOY)
  await app.runJobs(2)
  const at = { projectCode: installation.projectCode, code: await deployedCode(installation) }
  return { installation, app, at, engine: engineOf(installation) }
}

type Story = Awaited<ReturnType<typeof setup>>

const STATES = [
  { is_online: true, is_schedule_online: true },
  { is_online: true, is_schedule_online: false },
  { is_online: false, is_schedule_online: false },
] as const
type State = (typeof STATES)[number]

/** On the engine's own pages. */
async function bringTo({ at, engine }: Story, wanted: State): Promise<void> {
  const [schedule] = await engine.findSchedules(at, options())
  const ref = {
    projectCode: at.projectCode,
    definitionCode: at.code,
    scheduleId: schedule?.id ?? 0,
  }
  if (!wanted.is_online) return engine.setDefinitionOffline(at, options())
  await engine.setDefinitionOnline(at, options())
  if (wanted.is_schedule_online) await engine.setScheduleOnline(ref, options())
  else await engine.setScheduleOffline(ref, options())
}

async function stateThere({ at, engine }: Story): Promise<State | object> {
  const live = await engine.findDefinition(at, options())
  const [schedule] = await engine.findSchedules(at, options())
  return { is_online: live?.isOnline, is_schedule_online: schedule?.isOnline }
}

/** What was read back after the last publication, as if it had been published like that. */
async function publishedAs({ installation }: Story, state: State): Promise<void> {
  await installation.at.q
    .updateTable('workflow_deployment')
    .set(state)
    .where('org_id', '=', installation.at.orgId)
    .execute()
}

async function restore({ app }: Story) {
  const { deployment_id: id } = await deploymentOf(app)
  const { body } = await app.call('alice', 'POST', `/deployments/${id}:restore`)
  await app.runJobs(2)
  return stateOf(app, body.publication_id)
}

describe.each(ENGINE_FAMILIES)('DolphinScheduler %s', (family) => {
  for (const published of STATES)
    for (const found of STATES)
      test(`${nameOf(published)} comes back from ${nameOf(found)}, with its content`, async () => {
        const story = await setup(family)
        await bringTo(story, published)
        await publishedAs(story, published)
        await bringTo(story, found)
        await editDefinition(story.installation, story.at, (definition) => ({
          ...definition,
          timeoutMin: 99,
        }))

        expect(await restore(story)).toBe('succeeded')

        expect(await stateThere(story)).toEqual(published)
        expect(await deploymentOf(story.app)).toMatchObject(published)
        const live = await story.engine.findDefinition(story.at, options())
        expect(live?.definition.timeoutMin).not.toBe(99)
      })
})

function nameOf(state: State): string {
  if (!state.is_online) return 'offline'
  return state.is_schedule_online ? 'online' : 'online without its schedule'
}

describe('a schedule that was changed on the engine alone', () => {
  async function change(installation: Installation, story: Story) {
    const { engine, at } = story
    installation.simulator.control.addWorkerGroup('big')
    const [found] = await engine.findSchedules(at, options())
    const [group] = await engine.listAlertGroups(options())
    if (!found || !group) throw new Error('there is a schedule and an alert group')
    const ref = { projectCode: at.projectCode, definitionCode: at.code, scheduleId: found.id }
    return async (fields: {
      readonly workerGroup?: string
      readonly tenant?: string
      readonly hasGroup?: boolean
    }) => {
      const { hasGroup = false, ...rest } = fields
      await engine.setScheduleOffline(ref, options())
      const schedule = {
        ...found.schedule,
        ...rest,
        ...(hasGroup ? { warningGroupId: group.id } : {}),
      }
      await engine.updateSchedule(ref, schedule, options())
      await engine.setScheduleOnline(ref, options())
      return group.name
    }
  }

  test.each(ENGINE_FAMILIES)('%s: shows which fields, and blames nobody', async (family) => {
    const story = await setup(family)
    const edit = await change(story.installation, story)
    await edit({ workerGroup: 'big', hasGroup: true })

    await lookForDrift(story.installation)

    expect(await deploymentOf(story.app)).toMatchObject({
      drift_state: 'drifted',
      drift: {
        parts: ['schedule'],
        text: expect.stringMatching(
          /the schedule's worker group: default → big\n.*the schedule's alert group: none → no\. \d+/s,
        ),
        modified_by: null,
        modified_at: null,
      },
    })
  })

  test.each(ENGINE_FAMILIES)('%s: its alert group is adopted by name', async (family) => {
    const story = await setup(family)
    const edit = await change(story.installation, story)
    const group = await edit({ hasGroup: true })
    const { deployment_id: id } = await deploymentOf(story.app)

    const { status, body } = await story.app.call('alice', 'POST', `/deployments/${id}:adopt`)

    expect(status).toBe(201)
    const path = `/workflows/daily_orders/versions/${body.version}`
    expect((await story.app.call('dave', 'GET', path)).body.definition.settings).toMatchObject({
      warning: { alert_group: group },
    })
  })

  test.each(['3.2', '3.3', '3.4'] as const)('%s: its tenant is adopted', async (family) => {
    const story = await setup(family)
    const edit = await change(story.installation, story)
    await edit({ tenant: 'other' })
    const { deployment_id: id } = await deploymentOf(story.app)

    const { status, body } = await story.app.call('alice', 'POST', `/deployments/${id}:adopt`)

    expect(status).toBe(201)
    const path = `/workflows/daily_orders/versions/${body.version}`
    expect((await story.app.call('dave', 'GET', path)).body.definition.settings.tenant).toBe(
      'other',
    )
  })

  test('a worker group of its own cannot be adopted, is named, and is restored', async () => {
    const story = await setup('3.4')
    const edit = await change(story.installation, story)
    await edit({ workerGroup: 'big' })
    const { deployment_id: id } = await deploymentOf(story.app)

    const refused = await story.app.call('alice', 'POST', `/deployments/${id}:adopt`)
    const restored = await restore(story)

    expect(refused).toMatchObject({
      status: 422,
      body: {
        issues: [
          {
            pointer: '/schedule',
            code: 'schedule.loses',
            message: expect.stringContaining('worker group is big there and would be default'),
          },
        ],
      },
    })
    expect(restored).toBe('succeeded')
    const [schedule] = await story.engine.findSchedules(story.at, options())
    expect(schedule).toMatchObject({ isOnline: true, schedule: { workerGroup: 'default' } })
  })
})

describe.each(ENGINE_FAMILIES)('%s: an edit of what is offline', (family) => {
  const schedule = { cron: '0 0 5 * * ?', timezone: 'UTC' }

  /** Adopts another timeout; answers the version that it became. */
  async function adoptEdit({ app, installation, at }: Story) {
    await editDefinition(installation, at, (definition) => ({ ...definition, timeoutMin: 99 }))
    const { deployment_id: id } = await deploymentOf(app)
    const { body } = await app.call('alice', 'POST', `/deployments/${id}:adopt`)
    const path = `/workflows/daily_orders/versions/${body.version}`
    return (await app.call('dave', 'GET', path)).body.definition
  }

  test('that never was online is adopted with the schedule of its version', async () => {
    const installation = await createInstallation(db, { approvals: 0, family })
    const app = await createTestApp(installation)
    await addVersion(installation, ordersDocument({ schedule }))
    await request(app, { ...DEPLOY, online: false })
    await app.runJobs(2)
    const at = { projectCode: installation.projectCode, code: await deployedCode(installation) }

    const adopted = await adoptEdit({ installation, app, at, engine: engineOf(installation) })

    expect(adopted).toMatchObject({ settings: { timeout_min: 99 }, schedule })
  })

  test('that has an older schedule on the engine is adopted with that of its version', async () => {
    const story = await setup(family)
    const { app, installation } = story
    await request(app, { environment: 'prod', operation: 'offline' })
    await app.runJobs(2)
    await addVersion(installation, ordersDocument({ description: 'v2', schedule }))
    await request(app, { ...DEPLOY, online: false })
    await app.runJobs(2)

    expect(await adoptEdit(story)).toMatchObject({ settings: { timeout_min: 99 }, schedule })
  })
})
