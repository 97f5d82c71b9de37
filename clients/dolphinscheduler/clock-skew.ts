import type { HttpAnswer } from '#clients/http/http-client.ts'

/** What one answer says: the engine's clock minus ours lies between. */
export interface SkewBounds {
  readonly leastMs: number
  readonly mostMs: number
}

/**
 * A Date header is cut to the second, and was written somewhere between asking and answering.
 * null: the answer has none.
 */
export function skewBounds(answer: HttpAnswer): SkewBounds | null {
  const at = answer.date === null ? Number.NaN : Date.parse(answer.date)
  if (Number.isNaN(at)) return null
  return {
    leastMs: at - answer.answeredAt.getTime(),
    mostMs: at + 999 - answer.askedAt.getTime(),
  }
}

/** The middle of what all answers allow; 0 where no difference is proved. */
export function skewOf(bounds: readonly SkewBounds[]): number {
  if (bounds.length === 0) return 0
  const least = Math.max(...bounds.map(({ leastMs }) => leastMs))
  const most = Math.min(...bounds.map(({ mostMs }) => mostMs))
  return least <= 0 && most >= 0 ? 0 : Math.round((least + most) / 2)
}
