import type { CallOptions, Engine } from '../engine/engine.ts'

const PAGE_LINES = 1_000
/** A line that is longer is cut: it goes into a message. */
const LINE_LENGTH = 2_000
/** The engine counts lines in 31 bits. */
const MAX_LINE = 2 ** 30

interface LogRef {
  readonly projectCode: string
  readonly taskInstanceId: number
}

/** The last lines of a log that is written to its end, by few calls however long it is. */
export async function readTail(
  engine: Pick<Engine, 'readTaskLog'>,
  at: LogRef,
  { count, ...options }: CallOptions & { readonly count: number },
): Promise<string[]> {
  const read = async (fromLine: number, limitLines: number): Promise<string> =>
    (await engine.readTaskLog({ ...at, fromLine, limitLines }, options)).text
  const end = await findEnd(async (line) => (await read(line, 1)) !== '')
  const text = await read(Math.max(0, end - PAGE_LINES), PAGE_LINES)
  return text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .slice(-count)
    .map((line) => (line.length > LINE_LENGTH ? `${line.slice(0, LINE_LENGTH)}…` : line))
}

/** A line at or soon after the end: doubled until nothing is there, then halved. */
async function findEnd(isThere: (line: number) => Promise<boolean>): Promise<number> {
  let [low, high] = [0, PAGE_LINES]
  while (high < MAX_LINE && (await isThere(high))) [low, high] = [high, high * 2]
  // What one page holds is read whole.
  while (high > PAGE_LINES && high - low > PAGE_LINES / 2) {
    const middle = Math.floor((low + high) / 2)
    if (await isThere(middle)) low = middle
    else high = middle
  }
  return high
}
