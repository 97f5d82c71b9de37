/** What goes wrong with an answer, or on the way to it. */
export type FaultKind =
  /** Nothing is done and nothing answered. */
  | 'hang'
  /** Nothing is done, the connection breaks. */
  | 'reset'
  | 'status500'
  /** A proxy's page instead of an answer. */
  | 'html'
  /** Done, and then the connection breaks. */
  | 'lost_answer'
  /** Done twice, answered once. */
  | 'twice'

export interface Fault {
  readonly kind: FaultKind
  readonly path: RegExp
  readonly method?: string
  /** How many calls it meets; 1 when not given. */
  readonly times?: number
}

export interface Faults {
  add(fault: Fault): void
  clear(): void
  setDown(isDown: boolean): void
  /** What meets this call; takes one of its times. `down`: there is no server. */
  take(method: string, path: string): FaultKind | 'down' | null
}

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
      if (isDown) return 'down'
      const met = waiting.find(
        ({ fault }) => (fault.method ?? method) === method && fault.path.test(path),
      )
      if (!met) return null
      met.left -= 1
      if (met.left <= 0) waiting = waiting.filter((each) => each !== met)
      return met.fault.kind
    },
  }
}
