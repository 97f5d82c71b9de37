/** What happens when, earliest first; of the same time in the order of adding. */
export interface EventQueue {
  add(at: number, happen: (at: number) => void): void
  /** Takes the first that is due. */
  takeDue(now: number): { readonly at: number; readonly happen: (at: number) => void } | null
}

interface Event {
  readonly at: number
  readonly order: number
  readonly happen: (at: number) => void
}

export function createEventQueue(): EventQueue {
  const heap: Event[] = []
  let order = 0
  return {
    add: (at, happen) => {
      order += 1
      heap.push({ at, order, happen })
      siftUp(heap)
    },
    takeDue: (now) => {
      const [first] = heap
      if (first === undefined || first.at > now) return null
      const last = heap.pop()
      if (last !== undefined && last !== first) {
        heap[0] = last
        siftDown(heap)
      }
      return first
    },
  }
}

function isBefore(a: Event | undefined, b: Event | undefined): boolean {
  if (a === undefined || b === undefined) return a !== undefined
  return a.at === b.at ? a.order < b.order : a.at < b.at
}

function swap(heap: Event[], a: number, b: number): void {
  const [first, second] = [heap[a], heap[b]]
  if (first === undefined || second === undefined) return
  heap[a] = second
  heap[b] = first
}

function siftUp(heap: Event[]): void {
  let at = heap.length - 1
  while (at > 0) {
    const parent = (at - 1) >> 1
    if (!isBefore(heap[at], heap[parent])) return
    swap(heap, at, parent)
    at = parent
  }
}

function siftDown(heap: Event[]): void {
  let at = 0
  for (;;) {
    const left = at * 2 + 1
    const child = isBefore(heap[left + 1], heap[left]) ? left + 1 : left
    if (!isBefore(heap[child], heap[at])) return
    swap(heap, at, child)
    at = child
  }
}
