import type { EngineFamily } from '../engine/catalog.ts'
import { addMs } from '../lib/time.ts'

/** 3.1 drops the fires of a schedule whose start is further back than its misfire threshold. */
const MISFIRE_MS = 50_000
const SECOND_MS = 1_000

export interface StartInput {
  readonly family: EngineFamily
  /** The engine's clock. */
  readonly engineNow: Date
  /** When this publication took the schedule down, by the engine's clock; null: it did not. */
  readonly downSince: Date | null
  /** The document's own start; null: none. */
  readonly wished: Date | null
  /** The schedule's own end. */
  readonly endsAt: Date
}

/**
 * The startTime to send when a schedule comes (back) up, so that no fire runs twice and none is
 * dropped unseen. 3.1 replays what lies after a start in the recent past, so it gets the second
 * after the schedule went down. 3.2 and later lift a past start to now and fire the current second
 * again, so they get the next whole second.
 */
export function scheduleStart(input: StartInput): Date {
  const start = startFrom(input)
  // The engine refuses a start that is not before the end, also of what is over.
  return start < input.endsAt ? start : addMs(input.endsAt, -SECOND_MS)
}

function startFrom({ family, engineNow, downSince, wished }: StartInput): Date {
  if (wished && wished > engineNow) return wished
  const afterDown = downSince && nextSecond(downSince)
  const isRecent = afterDown !== null && engineNow.getTime() - afterDown.getTime() < MISFIRE_MS
  if (family === '3.1' && isRecent) return afterDown
  return nextSecond(engineNow)
}

function nextSecond(at: Date): Date {
  return new Date(Math.floor(addMs(at, SECOND_MS).getTime() / SECOND_MS) * SECOND_MS)
}
