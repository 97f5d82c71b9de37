import { Worker } from 'node:worker_threads'
import PQueue from 'p-queue'
import { parseYaml, type Parsed } from '../definition/parse.ts'
import { AppError } from '../lib/errors.ts'

/** Up to here reading takes less than starting a thread. */
const SMALL_CHARS = 50_000
const DEADLINE_MS = 30_000
const MAX_HEAP_MB = 1_024

/** Of the process: each thread takes a whole processor. */
const line = new PQueue({ concurrency: 1 })

/** YAML takes a hundred times as long as JSON: much of it is read beside the event loop. */
export async function parseYamlTexts(
  texts: readonly string[],
  signal: AbortSignal,
): Promise<readonly Parsed[]> {
  const chars = texts.reduce((sum, text) => sum + text.length, 0)
  if (chars <= SMALL_CHARS) return texts.map(parseYaml)
  return line.add(() => inThread(texts), { signal })
}

function inThread(texts: readonly string[]): Promise<readonly Parsed[]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('yaml-worker.ts', import.meta.url), {
      workerData: texts,
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    })
    const deadline = setTimeout(() => void worker.terminate(), DEADLINE_MS)
    worker.once('message', resolve)
    worker.once('error', (cause) => reject(tooMuch(cause)))
    // Without a message before: it ran out of time.
    worker.once('exit', () => {
      clearTimeout(deadline)
      reject(tooMuch())
    })
  })
}

function tooMuch(cause?: unknown): AppError {
  return new AppError(
    'too_large',
    'request.too_large',
    'the YAML takes too long to read: send it as JSON, or fewer documents at once',
    { cause },
  )
}
