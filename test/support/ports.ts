import { freePort } from '../../demo/service-process.ts'

/** Below what the system hands out to connections; two test runs look from different ports on. */
export function anyPort(): Promise<number> {
  return freePort(20_000 + Math.floor(Math.random() * 12_000))
}
