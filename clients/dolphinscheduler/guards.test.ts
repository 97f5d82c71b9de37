import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { sendHttp, type HttpAnswer } from '#clients/http/http-client.ts'
import type { HttpFetch } from '#clients/http/http-fetch.ts'
import { silentLog } from '#src/lib/log.ts'
import { createGuards } from './guards.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const BASE_URL = 'http://engine.test/dolphinscheduler'
const WIDE = { maxPerSecond: 1000, maxConcurrent: 32 }
const never = new AbortController().signal
const silent = (): Promise<never> => Promise.reject(new Error('reset'))
const answers =
  (status = 200) =>
  async (): Promise<HttpAnswer> => ({
    status,
    text: '',
    isJson: true,
    date: null,
    askedAt: new Date(),
    answeredAt: new Date(),
  })

function guardsOf() {
  const circuits: string[] = []
  const guards = createGuards({
    failures: 3,
    pauseMs: 10_000,
    onCircuit: (isOpen, host) => circuits.push(`${host} ${isOpen ? 'open' : 'closed'}`),
  })
  return { guards, circuits }
}

const on = { signal: never, caller: never }
const isOpen = { code: 'CIRCUIT_OPEN' }

describe('call budget', () => {
  test('no more calls are under way at once than it allows; the others follow in order', async () => {
    const { guards } = guardsOf()
    const guard = guards.of({ baseUrl: BASE_URL, budget: { maxPerSecond: 1000, maxConcurrent: 2 } })
    const started: number[] = []
    const ends: (() => void)[] = []
    const all = [0, 1, 2, 3].map((n) =>
      guard(async () => {
        started.push(n)
        await new Promise<void>((done) => ends.push(done))
        return answers()()
      }, on),
    )
    await vi.advanceTimersByTimeAsync(5_000)
    expect(started).toEqual([0, 1])

    ends[0]?.()
    await vi.advanceTimersByTimeAsync(0)
    expect(started).toEqual([0, 1, 2])

    ends[1]?.()
    await vi.advanceTimersByTimeAsync(0)
    for (const end of ends) end()
    await Promise.all(all)
    expect(started).toEqual([0, 1, 2, 3])
  })

  test('no more calls begin in any second than it allows', async () => {
    const { guards } = guardsOf()
    const guard = guards.of({ baseUrl: BASE_URL, budget: { maxPerSecond: 2, maxConcurrent: 32 } })
    const started: number[] = []
    const all = [0, 1, 2, 3, 4].map((n) =>
      guard(() => {
        started.push(n)
        return answers()()
      }, on),
    )
    await vi.advanceTimersByTimeAsync(900)
    expect(started).toEqual([0, 1])
    await vi.advanceTimersByTimeAsync(200)
    expect(started).toEqual([0, 1, 2, 3])
    await vi.advanceTimersByTimeAsync(1_000)
    await Promise.all(all)
    expect(started).toEqual([0, 1, 2, 3, 4])
  })

  test('who speaks to the same engine stands in one line, whoever it is', async () => {
    const { guards } = guardsOf()
    const budget = { maxPerSecond: 1, maxConcurrent: 32 }
    const work = vi.fn<() => Promise<HttpAnswer>>(answers())
    const all = [BASE_URL, BASE_URL, 'http://other.test/dolphinscheduler'].map((baseUrl) =>
      guards.of({ baseUrl, budget })(work, on),
    )
    await vi.advanceTimersByTimeAsync(0)
    expect(work).toHaveBeenCalledTimes(2)
    await vi.advanceTimersByTimeAsync(1_000)
    await Promise.all(all)
  })

  test('a call whose turn does not come before its deadline was surely not sent', async () => {
    const { guards, circuits } = guardsOf()
    const guard = guards.of({ baseUrl: BASE_URL, budget: { maxPerSecond: 1000, maxConcurrent: 1 } })
    const holder = guard(() => new Promise<never>(() => {}), on)
    const fetch = vi.fn<HttpFetch>()
    // Deadlines are real: `AbortSignal.timeout` knows no fake clock.
    vi.useRealTimers()
    const waiting = [1, 2, 3, 4].map(() =>
      sendHttp({ ...client(fetch), guard }, call({ deadlineMs: 5 })),
    )

    for (const sent of waiting)
      await expect(sent).rejects.toMatchObject({
        kind: 'unavailable',
        details: { sent: false, reason: 'call_budget' },
        message: expect.stringContaining('call budget'),
      })
    expect(fetch).not.toHaveBeenCalled()
    expect(circuits).toEqual([])
    void holder
  })
})

describe('circuit breaker', () => {
  test('an engine that is silent several times in a row is left alone, then tried by one call', async () => {
    const { guards, circuits } = guardsOf()
    const guard = guards.of({ baseUrl: BASE_URL, budget: WIDE })
    for (let n = 0; n < 3; n++) await expect(guard(silent, on)).rejects.toThrow('reset')
    const work = vi.fn<() => Promise<HttpAnswer>>(answers())

    await expect(guard(work, on)).rejects.toMatchObject(isOpen)
    expect(work).not.toHaveBeenCalled()

    await vi.advanceTimersByTimeAsync(10_000)
    await expect(guard(silent, on)).rejects.toThrow('reset')
    await expect(guard(work, on)).rejects.toMatchObject(isOpen)

    await vi.advanceTimersByTimeAsync(10_000)
    await guard(work, on)
    await guard(work, on)
    expect(work).toHaveBeenCalledTimes(2)
    expect(circuits).toEqual(['engine.test open', 'engine.test closed'])
  })

  test.each([429, 502, 503, 504])('HTTP %i is silence', async (status) => {
    const { guards } = guardsOf()
    const guard = guards.of({ baseUrl: BASE_URL, budget: WIDE })
    for (let n = 0; n < 3; n++) await guard(answers(status), on)
    await expect(guard(answers(), on)).rejects.toMatchObject(isOpen)
  })

  test.each([200, 201, 400, 401, 500])('HTTP %i is an answer', async (status) => {
    const { guards } = guardsOf()
    const guard = guards.of({ baseUrl: BASE_URL, budget: WIDE })
    for (let n = 0; n < 6; n++) {
      await expect(guard(silent, on)).rejects.toThrow('reset')
      await guard(answers(status), on)
    }
  })

  test('a caller who leaves says nothing about the engine', async () => {
    const { guards } = guardsOf()
    const guard = guards.of({ baseUrl: BASE_URL, budget: WIDE })
    const gone = AbortSignal.abort(new Error('gone'))
    for (let n = 0; n < 6; n++)
      await expect(guard(silent, { signal: never, caller: gone })).rejects.toThrow('reset')
    await guard(answers(), on)
  })

  test.each([
    ['whose caller leaves', 'caller'],
    ['whose deadline passes in line', 'line'],
  ])('a trial %s does not say that the engine is back', async (_, end) => {
    const { guards, circuits } = guardsOf()
    const guard = guards.of({ baseUrl: BASE_URL, budget: WIDE })
    for (let n = 0; n < 3; n++) await expect(guard(silent, on)).rejects.toThrow('reset')
    await vi.advanceTimersByTimeAsync(10_000)
    const gone = AbortSignal.abort(new Error('gone'))

    const trial = guard(
      silent,
      end === 'caller' ? { ...on, caller: gone } : { ...on, signal: gone },
    )

    await expect(trial).rejects.toThrow(end === 'caller' ? 'reset' : 'gone')
    await expect(guard(answers(), on)).rejects.toMatchObject(isOpen)
    expect(circuits).toEqual(['engine.test open'])
  })

  test('nobody waits for a trial: its end may come after their deadlines', async () => {
    const { guards } = guardsOf()
    const guard = guards.of({ baseUrl: BASE_URL, budget: WIDE })
    for (let n = 0; n < 3; n++) await expect(guard(silent, on)).rejects.toThrow('reset')
    await vi.advanceTimersByTimeAsync(10_000)
    const trial = Promise.withResolvers<HttpAnswer>()
    const tried = guard(() => trial.promise, on)

    await expect(guard(answers(), on)).rejects.toMatchObject(isOpen)

    trial.resolve(await answers()())
    await tried
    await guard(answers(), on)
  })

  test('a budget that is changed meanwhile is of the same engine', async () => {
    const { guards, circuits } = guardsOf()
    const guard = guards.of({ baseUrl: BASE_URL, budget: WIDE })
    for (let n = 0; n < 3; n++) await expect(guard(silent, on)).rejects.toThrow('reset')
    const changed = guards.of({ baseUrl: BASE_URL, budget: { ...WIDE, maxPerSecond: 500 } })

    await expect(changed(answers(), on)).rejects.toMatchObject(isOpen)
    await vi.advanceTimersByTimeAsync(10_000)
    await changed(answers(), on)

    expect(circuits).toEqual(['engine.test open', 'engine.test closed'])
  })

  test('calls that waited in line when it opened are not sent', async () => {
    const { guards } = guardsOf()
    const guard = guards.of({ baseUrl: BASE_URL, budget: { maxPerSecond: 1000, maxConcurrent: 1 } })
    const work = vi.fn<() => Promise<HttpAnswer>>(silent)
    const results = await Promise.allSettled([1, 2, 3, 4, 5].map(() => guard(work, on)))
    // One may have begun before the third failure was counted.
    expect(work.mock.calls.length).toBeLessThan(5)
    expect(results[4]).toMatchObject({ reason: isOpen })
  })

  test('another engine goes on', async () => {
    const { guards } = guardsOf()
    const guard = guards.of({ baseUrl: BASE_URL, budget: WIDE })
    for (let n = 0; n < 3; n++) await expect(guard(silent, on)).rejects.toThrow('reset')
    await guards.of({ baseUrl: 'http://other.test', budget: WIDE })(answers(), on)
  })

  test('a repeatable call whose first try may have arrived is not "not sent" when it opens', async () => {
    const { guards } = guardsOf()
    const guard = guards.of({ baseUrl: BASE_URL, budget: WIDE })
    for (let n = 0; n < 2; n++) await expect(guard(silent, on)).rejects.toThrow('reset')
    const fetch = vi.fn<HttpFetch>(silent)

    const sent = sendHttp({ ...client(fetch), guard }, call({ isRepeatable: true }))

    await expect(sent).rejects.toMatchObject({ details: { sent: true, reason: 'CIRCUIT_OPEN' } })
    expect(fetch).toHaveBeenCalledTimes(1)
    await expect(sendHttp({ ...client(fetch), guard }, call({}))).rejects.toMatchObject({
      details: { sent: false },
      message: expect.stringContaining('left alone'),
    })
  })
})

function client(fetch: HttpFetch) {
  return {
    fetch,
    now: () => new Date(0),
    log: silentLog,
    sleep: () => Promise.resolve(),
    random: () => 0,
  }
}

function call(changes: { readonly isRepeatable?: boolean; readonly deadlineMs?: number }) {
  return {
    operation: 'test',
    method: 'PUT' as const,
    url: `${BASE_URL}/x`,
    headers: {},
    isRepeatable: false,
    signal: never,
    deadlineMs: 60_000,
    ...changes,
  }
}
