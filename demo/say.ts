/** One line a step, for a person. */
export interface Say {
  step(text: string): void
  detail(text: string): void
}

export function createSay(write: (line: string) => void): Say {
  let number = 0
  return {
    step(text) {
      number += 1
      write(`${String(number).padStart(2)}. ${text}`)
    },
    detail(text) {
      for (const line of text.trimEnd().split('\n')) write(`      ${line}`)
    },
  }
}
