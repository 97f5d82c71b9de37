import { parseArgs } from 'node:util'

export type EngineChoice =
  | { readonly kind: 'simulator'; readonly family: '3.1' | '3.2' | '3.3' | '3.4' }
  | { readonly kind: 'standalone' }
  | { readonly kind: 'url'; readonly url: string; readonly token: string; readonly tenant: string }

export interface DemoOptions {
  readonly engine: EngineChoice
  /** End after the story. */
  readonly isExit: boolean
  readonly port: number
}

export const USAGE = `npm run demo [-- options]
  --exit                 end after the story; exit code 0 only if every step held
  --engine simulator     the built-in simulator (the default); --family 3.1 | 3.2 | 3.3 | 3.4
  --engine standalone    a real DolphinScheduler 3.1.1 from published artifacts (needs a JDK and Maven)
  --engine <url> --token <token> [--tenant <tenant>]
                         any DolphinScheduler, http://host:12345/dolphinscheduler
  --port <port>          the first port to try (8003)`

/** @throws Error with the usage, for what is not understood */
export function parseOptions(args: readonly string[]): DemoOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      exit: { type: 'boolean', default: false },
      engine: { type: 'string', default: 'simulator' },
      family: { type: 'string', default: '3.1' },
      token: { type: 'string' },
      tenant: { type: 'string', default: 'default' },
      port: { type: 'string', default: '8003' },
    },
  })
  const port = Number(values.port)
  if (!Number.isInteger(port) || port < 1 || port > 65_000)
    throw new Error(`--port: not a port\n\n${USAGE}`)
  return { isExit: values.exit, port, engine: engineOf(values) }
}

function engineOf(values: {
  readonly engine: string
  readonly family: string
  readonly token?: string | undefined
  readonly tenant: string
}): EngineChoice {
  if (values.engine === 'standalone') return { kind: 'standalone' }
  if (values.engine === 'simulator') {
    const { family } = values
    if (family === '3.1' || family === '3.2' || family === '3.3' || family === '3.4')
      return { kind: 'simulator', family }
    throw new Error(`--family: 3.1, 3.2, 3.3 or 3.4\n\n${USAGE}`)
  }
  if (!URL.canParse(values.engine))
    throw new Error(`--engine: simulator, standalone or a URL\n\n${USAGE}`)
  if (values.token === undefined)
    throw new Error(`--token: needed with an engine of your own\n\n${USAGE}`)
  return {
    kind: 'url',
    url: values.engine.replace(/\/$/, ''),
    token: values.token,
    tenant: values.tenant,
  }
}
