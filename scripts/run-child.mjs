// Children that get our signals, and their end as our exit code.
import { spawn } from 'node:child_process'
import { constants } from 'node:os'

const FORWARDED = ['SIGTERM', 'SIGHUP', 'SIGINT']

/** @returns {Promise<number>} the exit code; 128 + n after a signal, as shells say it */
export function runChild(command, args, options = {}) {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { stdio: 'inherit', ...options })
    // A terminal sends Ctrl-C to the whole group by itself, and twice would mean "at once".
    const forward = (signal) => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
    }
    for (const signal of FORWARDED) process.on(signal, forward)
    const ended = () => {
      for (const signal of FORWARDED) process.off(signal, forward)
    }
    child.once('error', (error) => {
      ended()
      fail(error)
    })
    child.once('exit', (code, signal) => {
      ended()
      done(code ?? 128 + constants.signals[signal])
    })
  })
}
