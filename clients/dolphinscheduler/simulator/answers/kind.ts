import type { EngineFamily } from '#src/engine/catalog.ts'

/** `3.3` was never recorded: it is known by reading and answers as `3.4` where nothing is said. */
export type RecordedFamily = Exclude<EngineFamily, '3.3'>

/** The recording that an answer stands on; a reason where it was read; null where it is not given. */
export type Ground = string | { readonly read: string } | null
export type StandsOn = Readonly<Record<RecordedFamily, Ground>>

export type PerFamily<T> = T | (Readonly<Record<RecordedFamily, T>> & { readonly '3.3'?: T })

/** A kind of answer: what it looks like apart from its data. */
export interface AnswerKind {
  readonly standsOn: StandsOn
  readonly status: PerFamily<number>
  readonly code: PerFamily<number>
  /** `{w}` is the family's word for a process, `{0}`… what is filled in, `{0,}` with commas. */
  readonly text: PerFamily<string>
}

export function ofFamily<T extends string | number>(value: PerFamily<T>, family: EngineFamily): T {
  if (typeof value !== 'object') return value
  if (family === '3.3') return value['3.3'] ?? value['3.4']
  return value[family]
}

/** Recordings of 3.1.1, 3.2.2 and 3.4.2, in this order. */
export type Grounds = readonly [Ground, Ground, Ground]

export function standsOn([v31, v32, v34]: Grounds): StandsOn {
  return { '3.1': v31, '3.2': v32, '3.4': v34 }
}

export function each<T>(v31: T, v32: T, v34: T): Readonly<Record<RecordedFamily, T>> {
  return { '3.1': v31, '3.2': v32, '3.4': v34 }
}

/** What a create throws keeps the status of a create since 3.4.2; read of 3.3. */
export const THROWN_BY_CREATE = { ...each(200, 200, 201), '3.3': 200 } as const

export function yes(grounds: Grounds, status = 200, text = 'success'): AnswerKind {
  return { standsOn: standsOn(grounds), status, code: 0, text }
}

export function no(
  grounds: Grounds,
  refusal: {
    readonly code: PerFamily<number>
    readonly text: PerFamily<string>
    readonly status?: PerFamily<number>
  },
): AnswerKind {
  return { standsOn: standsOn(grounds), status: 200, ...refusal }
}
