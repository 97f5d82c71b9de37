import type { Check, Found } from './check.ts'
import { taskTexts } from './texts.ts'

const MAX_BYTES = 64 * 1024

export const hugeScript = {
  id: 'huge_script',
  severity: 'warning',
  title: 'A script of more than 64 KB',
  run(document): readonly Found[] {
    return taskTexts(document).flatMap(({ path, text }) => {
      // A character is at most three bytes a UTF-16 unit.
      const bytes = text.length * 3 > MAX_BYTES ? Buffer.byteLength(text) : 0
      if (bytes <= MAX_BYTES) return []
      const size = Math.round(bytes / 1024)
      return [
        { path, message: `${size} KB of text: nobody reviews that; keep it as a resource file` },
      ]
    })
  },
} as const satisfies Check
