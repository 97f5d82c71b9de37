/** How often what was asked, by `GET /projects/{project}/…`. */
export interface CallCounts {
  readonly total: number
  count(pattern: string): number
  entries(): Readonly<Record<string, number>>
  reset(): void
}

export interface CallCounter {
  readonly calls: CallCounts
  note(pattern: string): void
}

export function createCallCounter(): CallCounter {
  const counts = new Map<string, number>()
  let total = 0
  return {
    note: (pattern) => {
      total += 1
      counts.set(pattern, (counts.get(pattern) ?? 0) + 1)
    },
    calls: {
      get total() {
        return total
      },
      count: (pattern) => counts.get(pattern) ?? 0,
      entries: () => Object.fromEntries(counts),
      reset: () => {
        counts.clear()
        total = 0
      },
    },
  }
}
