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
  --port <port>          the first port to try (8003)
  --help                 this`

const OPTIONS = {
  exit: { type: 'boolean', default: false },
  engine: { type: 'string', default: 'simulator' },
  family: { type: 'string', default: '3.1' },
  token: { type: 'string' },
  tenant: { type: 'string', default: 'default' },
  port: { type: 'string', default: '8003' },
  help: { type: 'boolean', short: 'h', default: false },
} as const

/** Null: the usage is all that is asked for. @throws Error with the usage, for what is not understood */
export function parseOptions(args: readonly string[]): DemoOptions | null {
  const values = readArgs(args)
  if (values.help) return null
  const port = Number(values.port)
  if (!Number.isInteger(port) || port < 1 || port > 65_000) throw withUsage('--port: not a port')
  return { isExit: values.exit, port, engine: engineOf(values) }
}

function readArgs(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values
  } catch (error) {
    // Node goes on to explain `--`, which is of no use here.
    const [sentence = ''] = error instanceof Error ? error.message.split('. ') : []
    throw withUsage(sentence)
  }
}

function withUsage(sentence: string): Error {
  return new Error(`${sentence}\n\n${USAGE}`)
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
    throw withUsage('--family: 3.1, 3.2, 3.3 or 3.4')
  }
  if (!URL.canParse(values.engine)) throw withUsage('--engine: simulator, standalone or a URL')
  if (values.token === undefined) throw withUsage('--token: needed with an engine of your own')
  return {
    kind: 'url',
    url: values.engine.replace(/\/$/, ''),
    token: values.token,
    tenant: values.tenant,
  }
}
