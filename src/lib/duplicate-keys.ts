import { MAX_DEPTH } from './value-faults.ts'
import type { ShapeFault } from './shape-faults.ts'

interface Frame {
  /** Keys seen so far; null: a list. */
  readonly keys: Set<string> | null
  /** The key or the index of what is being read. */
  at: string | number
}

/**
 * Keys that stand twice in an object: JSON.parse keeps the last one, where a reader may see the
 * first. One pass over text that is known to be JSON; what is nested too deep is refused elsewhere.
 */
export function duplicateKeys(text: string): readonly ShapeFault[] {
  const faults: ShapeFault[] = []
  const frames: Frame[] = []
  let isKeyNext = false
  for (let index = 0; index < text.length; index++) {
    const frame = frames.at(-1)
    switch (text.charAt(index)) {
      case '{':
      case '[':
        isKeyNext = text.charAt(index) === '{'
        frames.push({ keys: isKeyNext ? new Set() : null, at: 0 })
        if (frames.length > MAX_DEPTH) return faults
        break
      case '}':
      case ']':
        frames.pop()
        isKeyNext = false
        break
      case ',':
        if (frame && typeof frame.at === 'number') frame.at += 1
        isKeyNext = frame?.keys !== null
        break
      case '"': {
        const end = endOfString(text, index)
        if (isKeyNext && frame?.keys) {
          frame.at = keyOf(text.slice(index, end + 1))
          if (frame.keys.has(frame.at)) faults.push(faultAt(frames))
          frame.keys.add(frame.at)
        }
        isKeyNext = false
        index = end
      }
    }
  }
  return faults
}

function faultAt(frames: readonly Frame[]): ShapeFault {
  const path = frames.map((frame) => frame.at)
  return { path, code: 'duplicate_key', message: `the key "${path.at(-1)}" stands twice` }
}

/** The closing quote: the next one with an even number of backslashes before it. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    if (end === -1) return text.length
    let before = end
    while (text[before - 1] === '\\') before -= 1
    if ((end - before) % 2 === 0) return end
  }
}

/** Escapes write the same key in other letters. */
function keyOf(quoted: string): string {
  return quoted.includes('\\') ? String(JSON.parse(quoted)) : quoted.slice(1, -1)
}
