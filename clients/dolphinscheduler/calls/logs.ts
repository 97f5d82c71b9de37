import { z } from 'zod'
import type { Engine } from '#src/engine/engine.ts'
import type { Wire } from '../wire.ts'
import { tryCall } from '../wire.ts'

/** Not counted in `lineNum`, and there only when reading from line 0. */
const HEAD_LINE = /^\[LOG-PATH\]: [^\n]*\n/
const NOT_DISPATCHED = 10191
const NO_LOG_YET = 10103

const LogReply = z.looseObject({ lineNum: z.int(), message: z.string() })

export function logCalls(wire: Wire): Pick<Engine, 'readTaskLog'> {
  return {
    readTaskLog: async ({ taskInstanceId, fromLine, limitLines }, options) => {
      const query = { taskInstanceId, skipLineNum: fromLine, limit: limitLines }
      const outcome = await tryCall(
        wire,
        { operation: 'log.read', method: 'GET', path: 'log/detail', query, options },
        LogReply,
      )
      const nothingYet = { text: '', nextLine: fromLine }
      if (outcome.kind === 'refusal') {
        if (isNotThereYet(outcome.engineCode, outcome.engineMessage)) return nothingYet
        throw outcome.error
      }
      const text = outcome.data.message.replace(HEAD_LINE, '').replaceAll('\r\n', '\n')
      // Past its end a log still counts one line.
      return text === '' ? nothingYet : { text, nextLine: fromLine + outcome.data.lineNum }
    },
  }
}

function isNotThereYet(code: number, message: string): boolean {
  return code === NOT_DISPATCHED || (code === NO_LOG_YET && /LogPath is empty/i.test(message))
}
