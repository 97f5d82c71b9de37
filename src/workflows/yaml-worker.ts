import { parentPort, workerData } from 'node:worker_threads'
import { z } from 'zod'
import { parseYaml } from '../definition/parse.ts'

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
parentPort?.postMessage(z.array(z.string()).parse(workerData).map(parseYaml))
