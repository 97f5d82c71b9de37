/** What goes wrong with an answer, or on the way to it. */
export type FaultKind =
  /** Nothing is done and nothing answered. */
  | 'hang'
  /** Nothing is done, the connection breaks. */
  | 'reset'
  | 'status500'
  /** Nothing is done: too many calls. */
  | 'status429'
  /** A proxy's page instead of an answer. */
  | 'html'
  /** Nothing is done: the engine's own rules do not let this user. */
  | 'forbidden'
  /** Done, and then the connection breaks. */
  | 'lost_answer'
  /** Done twice, answered once. */
  | 'twice'
  /** Done and answered only after a while, whether anybody still waits or not. */
  | 'late'

export interface Fault {
  readonly kind: FaultKind
  readonly path: RegExp
  readonly method?: string
  /** How many calls it meets; 1 when not given. */
  readonly times?: number
  /** How late, on the simulator's clock; a minute when not given. */
  readonly lateMs?: number
}

/** What meets a call. `down`: there is no server. */
export interface Blow {
  readonly kind: FaultKind | 'down'
  readonly lateMs: number
}

export interface Faults {
  add(fault: Fault): void
  clear(): void
  setDown(isDown: boolean): void
  /** What meets this call; takes one of its times. */
  take(method: string, path: string): Blow | null
}

const LATE_MS = 60_000

export function createFaults(): Faults {
  let waiting: { readonly fault: Fault; left: number }[] = []
  let isDown = false
  return {
    add: (fault) => waiting.push({ fault, left: fault.times ?? 1 }),
    clear: () => {
      waiting = []
    },
    setDown: (value) => {
      isDown = value
    },
    take: (method, path) => {
      if (isDown) return { kind: 'down', lateMs: 0 }
      const met = waiting.find(
        ({ fault }) => (fault.method ?? method) === method && fault.path.test(path),
      )
      if (!met) return null
      met.left -= 1
      if (met.left <= 0) waiting = waiting.filter((each) => each !== met)
      return { kind: met.fault.kind, lateMs: met.fault.lateMs ?? LATE_MS }
    },
  }
}
