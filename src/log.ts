import { pino } from 'pino'
import type { Logger } from './lib/log.ts'
import { errorFields } from './log-error.ts'

/** Whatever carries these names is a secret, wherever it stands in a line. */
const SECRET_FIELDS = ['token', 'secret', 'password', 'authorization', 'sessionId']

export interface LogOptions {
  readonly level: string
  readonly write?: (line: string) => void
}

/** JSON lines: timestamp, level, service, event and whatever facts the line carries. */
export function createLog({ level, write }: LogOptions): Logger {
  const options = {
    level,
    base: { service: 'slipway' },
    messageKey: 'message',
    timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
    serializers: { err: (error: unknown) => errorFields(error) },
    formatters: { level: (label: string) => ({ level: label }) },
    redact: {
      paths: SECRET_FIELDS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
      censor: '[redacted]',
    },
  }
  return write ? pino(options, { write }) : pino(options)
}
