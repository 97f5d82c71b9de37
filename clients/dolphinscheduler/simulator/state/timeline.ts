/** Rows in the order of (time, id), found by time without looking at all of them. */
export interface Timeline<T> {
  readonly size: number
  add(row: T): void
  /** Takes out a row; `time` is what it was added under. */
  remove(row: T, time: number): void
  /** Newest first, of those with from <= time <= to. */
  page(
    window: { readonly from: number; readonly to: number },
    page: { readonly offset: number; readonly limit: number },
  ): { readonly rows: readonly T[]; readonly total: number }
}

export interface TimelineKey<T> {
  readonly timeOf: (row: T) => number
  readonly idOf: (row: T) => number
}

export function createTimeline<T>(key: TimelineKey<T>): Timeline<T> {
  const rows: T[] = []
  /** The first index whose row is not before (time, id). */
  const find = (time: number, id: number): number => {
    let [low, high] = [0, rows.length]
    while (low < high) {
      const middle = (low + high) >> 1
      const row = rows[middle]
      if (row !== undefined && isBefore(key, row, { time, id })) low = middle + 1
      else high = middle
    }
    return low
  }
  return {
    get size() {
      return rows.length
    },
    add: (row) => {
      const index = find(key.timeOf(row), key.idOf(row))
      if (index === rows.length) rows.push(row)
      else rows.splice(index, 0, row)
    },
    remove: (row, time) => {
      const index = find(time, key.idOf(row))
      if (rows[index] === row) rows.splice(index, 1)
    },
    page: ({ from, to }, { offset, limit }) => {
      const low = find(from, Number.NEGATIVE_INFINITY)
      const high = find(to, Number.POSITIVE_INFINITY)
      const total = Math.max(0, high - low)
      const last = high - offset
      const first = Math.max(low, last - limit)
      return { rows: last > low ? rows.slice(first, last).reverse() : [], total }
    },
  }
}

function isBefore<T>(
  key: TimelineKey<T>,
  row: T,
  mark: { readonly time: number; readonly id: number },
): boolean {
  const time = key.timeOf(row)
  return time === mark.time ? key.idOf(row) < mark.id : time < mark.time
}
