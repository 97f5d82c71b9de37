import { parentPort, workerData } from 'node:worker_threads'
import { z } from 'zod'
import { parseYaml } from '../definition/parse.ts'

const documents = z.array(z.string()).parse(workerData).map(parseYaml)
parentPort?.postMessage(documents, [])
