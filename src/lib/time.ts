import { setTimeout as delay } from 'node:timers/promises'

/** The clock, passed in everywhere so that tests own time. */
export type Clock = () => Date

export const systemClock: Clock = () => new Date()

export function addMs(at: Date, ms: number): Date {
  return new Date(at.getTime() + ms)
}

/** Resolves after `ms`; rejects with an AbortError when the signal fires first. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  await delay(ms, undefined, signal ? { signal } : {})
}
