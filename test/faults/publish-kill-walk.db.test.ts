import { describe, expect, test } from 'vitest'
import type { EngineFamily } from '#src/engine/catalog.ts'
import { connectEnvironment } from '#src/environments/connect-environment.ts'
import { applyPublication } from '#src/publishing/apply-publication.ts'
import { useTestDatabase } from '#test/support/database.ts'
import {
  addVersion,
  createInstallation,
  ordersDocument,
  type Installation,
} from '#test/support/installation.ts'
import {
  applyDeps,
  applyToEnd,
  breakWrite,
  BREAKS,
  expireLease,
  request,
  type Break,
} from '#test/support/publishing.ts'

const { db } = await useTestDatabase()

const CHANGED = ordersDocument({
  tasks: [
    { key: 'extract', type: 'shell', script: 'echo extract more' },
    { key: 'check', type: 'shell', needs: ['extract'], script: 'echo check' },
    { key: 'load', type: 'shell', needs: ['check'], script: 'echo load' },
  ],
  schedule: { cron: '30 4 * * *', timezone: 'UTC' },
})

/** What is published, and on top of what. */
const SCENES = {
  'first deploy': async (installation: Installation) => {
    await addVersion(installation, ordersDocument())
    return request(installation, 'deploy', { online: true })
  },
  'redeploy of what is online': async (installation: Installation) => {
    await addVersion(installation, ordersDocument())
    await applyToEnd(installation, await request(installation, 'deploy', { online: true }))
    await addVersion(installation, CHANGED)
    return request(installation, 'deploy')
  },
} as const
type Scene = keyof typeof SCENES

/** Everything the engine holds of the project, read through the port. */
async function onEngine(installation: Installation) {
  const { engine } = await connectEnvironment(installation.deps, installation.at, 'prod')
  const options = { signal: AbortSignal.timeout(5_000) }
  const { projectCode } = installation
  const definitions = await engine.listDefinitions(projectCode, options)
  const [only] = definitions
  const live = only ? await engine.findDefinition({ projectCode, code: only.code }, options) : null
  const schedules = await engine.listSchedules(projectCode, options)
  return {
    definitions: definitions.length,
    isOnline: live?.isOnline,
    scripts: live?.definition.tasks.map((task) => task.params['rawScript']).sort(),
    schedules: schedules.map((schedule) => ({
      isOnline: schedule.isOnline,
      cron: schedule.schedule.cron,
    })),
  }
}

/** The boundaries are what the journal of an undisturbed publication says. */
async function boundariesOf(family: EngineFamily, scene: Scene) {
  const installation = await createInstallation(db, { family })
  const publicationId = await SCENES[scene](installation)
  expect(await applyToEnd(installation, publicationId)).toBe('succeeded')
  const steps = await db
    .selectFrom('workflow_publish_step')
    .select('name')
    .where('publication_id', '=', publicationId)
    .orderBy('step_no')
    .execute()
  return { names: steps.map((step) => step.name), expected: await onEngine(installation) }
}

async function walk(
  family: EngineFamily,
  scene: Scene,
  at: { readonly index: number; readonly kind: Break },
) {
  const installation = await createInstallation(db, { family })
  const publicationId = await SCENES[scene](installation)
  const death = new AbortController()
  const factory = breakWrite(installation.deps.factory, {
    ...at,
    onKill: () => death.abort(new Error('killed')),
  })
  const call = { ...installation.as('job'), signal: death.signal }
  await applyPublication(
    applyDeps(installation, { factory, lease: { owner: 'dead', ms: 60_000 } }),
    call,
    publicationId,
  ).catch((error: unknown) => {
    if (!death.signal.aborted) throw error
  })
  installation.clock.advance(5_000)
  await expireLease(installation, publicationId)
  return {
    state: await applyToEnd(installation, publicationId, { lease: { owner: 'heir', ms: 60_000 } }),
    engine: await onEngine(installation),
  }
}

describe.each(['3.1', '3.2', '3.3', '3.4'] as const)('DolphinScheduler %s', (family) => {
  test.each(Object.keys(SCENES) as Scene[])(
    '%s: broken at any boundary in any way, it converges',
    async (scene) => {
      const { names, expected } = await boundariesOf(family, scene)
      expect(names.length).toBeGreaterThan(3)
      const ends: unknown[] = []

      for (const [index, name] of names.entries()) {
        for (const kind of BREAKS)
          ends.push({ at: `${kind} ${name}`, ...(await walk(family, scene, { index, kind })) })
      }

      const walked = names.flatMap((name) =>
        BREAKS.map((kind) => ({ at: `${kind} ${name}`, state: 'succeeded', engine: expected })),
      )
      expect(ends).toEqual(walked)
      process.stdout.write(
        `kill walk, ${family}, ${scene}: ${walked.length} boundaries walked, ${ends.length} converged\n`,
      )
    },
  )
})
