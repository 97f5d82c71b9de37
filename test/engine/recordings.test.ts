import { describe, expect, test } from 'vitest'
import { createDolphinFactory } from '#clients/dolphinscheduler/factory.ts'
import type { EngineFamily } from '#src/engine/catalog.ts'
import { isAppError } from '#src/lib/errors.ts'
import type { Case, Version } from './recordings-cases.ts'
import { ownCases } from './recordings-own.ts'
import { BASE_URL, loadRecording, recordingNames, replay } from './recordings-replay.ts'
import { sharedCases } from './recordings-shared.ts'

const FAMILIES: Readonly<Record<Version, EngineFamily>> = {
  '3.1.1': '3.1',
  '3.2.2': '3.2',
  '3.4.2': '3.4',
}
const VERSIONS = ['3.1.1', '3.2.2', '3.4.2'] as const

describe.each(VERSIONS)('real exchanges with %s', (version) => {
  const cases = [...sharedCases(version), ...ownCases(version)]

  test.each(cases)('$name', async (each) => {
    const recording = loadRecording(version, each.name)
    const exchange = replay(recording, each.stubs ?? [])
    const engine = connect(version, exchange.fetch)
    const [, projectCode = '0', id = '0'] =
      /^\/projects(?:\/(\d+))?(?:\/[a-z-]+\/(\d+))?/.exec(recording.request.path) ?? []

    const outcome = await outcomeOf(each, { engine, recording, projectCode, id })

    exchange.assertAsked(each.differences ?? {})
    expect(outcome).toEqual(each.expected)
  })

  test('every recording in the folder is used by a case, and by one only', () => {
    expect(cases.map(({ name }) => name).sort()).toEqual(recordingNames(version))
  })
})

function connect(version: Version, fetch: ReturnType<typeof replay>['fetch']) {
  const factory = createDolphinFactory({
    fetch,
    now: () => new Date('2026-11-21T00:00:00Z'),
    callDeadlineMs: 5_000,
  })
  return factory.connect({
    baseUrl: BASE_URL,
    uiUrl: `${BASE_URL}/ui`,
    token: 'tok',
    serverTimeZone: 'UTC',
    userTimeZone: 'UTC',
    family: FAMILIES[version],
  }).engine
}

async function outcomeOf(each: Case, input: Parameters<Case['ask']>[0]): Promise<unknown> {
  try {
    return await each.ask(input)
  } catch (error) {
    if (!isAppError(error) || error.kind === 'unavailable') throw error
    return { refused: error.code, engine_code: error.details['engine_code'] ?? 0 }
  }
}
