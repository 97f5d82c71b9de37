import { createServer } from 'node:net'

const FIRST = 24_000
const LAST = 32_000

/** The first of so many ports in a row that are free on every address. */
export async function freePortsInRow(count: number): Promise<number> {
  // Processes that start at once look at different places first.
  const start = FIRST + (process.pid % 500) * count
  for (let port = start; port + count < LAST; port += count) {
    const offsets = Array.from({ length: count }, (_, offset) => offset)
    const free = await Promise.all(offsets.map((offset) => isFree(port + offset)))
    if (free.every(Boolean)) return port
  }
  throw new Error(`no ${count} free ports in a row between ${start} and ${LAST}`)
}

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer()
    server.once('error', () => done(false))
    server.listen(port, '0.0.0.0', () => server.close(() => done(true)))
  })
}
