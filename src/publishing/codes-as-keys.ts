/**
 * Writes `task:<key>` for every code in a text, as replacing one code after the other in the whole
 * text does: digests that people approved were made so. One pass: a code is digits, so each run of
 * digits is looked at by itself.
 */
export function codesAsKeys(taskCodes: Readonly<Record<string, string>>): (text: string) => string {
  const entries = Object.entries(taskCodes).map(([key, code], turn) => ({ key, code, turn }))
  const known: Known = {
    byCode: Map.groupBy(entries, ({ code }) => code),
    lengths: [...new Set(entries.map(({ code }) => code.length))],
  }
  if (entries.length === 0) return (text) => text
  const runs = new RegExp(`\\d{${Math.min(...known.lengths)},}`, 'g')
  return (text) => text.replace(runs, (run) => replaceIn(run, known))
}

interface Entry {
  readonly key: string
  readonly code: string
  readonly turn: number
}

interface Known {
  readonly byCode: ReadonlyMap<string, readonly Entry[]>
  readonly lengths: readonly number[]
}

/** A key that was written may hold a code whose turn is later. */
function replaceIn(run: string, known: Known): string {
  let text = run
  let entry = firstIn(text, known, 0)
  while (entry !== null) {
    text = text.replaceAll(entry.code, `task:${entry.key}`)
    entry = firstIn(text, known, entry.turn + 1)
  }
  return text
}

function firstIn(text: string, { byCode, lengths }: Known, turn: number): Entry | null {
  let first: Entry | null = null
  for (const length of lengths) {
    for (let start = 0; start + length <= text.length; start += 1) {
      for (const entry of byCode.get(text.slice(start, start + length)) ?? [])
        if (entry.turn >= turn && (first === null || entry.turn < first.turn)) first = entry
    }
  }
  return first
}
