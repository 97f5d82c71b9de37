import { STATUS_CODES } from 'node:http'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { AppError } from '../lib/errors.ts'
import { newId } from '../lib/ids.ts'
import { toProblem } from './problem.ts'

/** Answers what never became a request, or not in time; node's listener for `clientError`. */
export function refuse(error: NodeJS.ErrnoException, socket: Duplex): void {
  // A response that has begun cannot be taken back; a request of nothing at all needs none.
  const hasAnswered = socket instanceof Socket && socket.bytesWritten > 0
  if (!socket.writable || hasAnswered || error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  const problem = toProblem(reasonOf(error), newId('req'))
  const body = JSON.stringify(problem)
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}

function reasonOf(cause: NodeJS.ErrnoException): AppError {
  if (cause.code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new AppError('too_slow', 'request.too_slow', 'the request did not arrive in time', {
      cause,
    })
  const message =
    cause.code === 'HPE_INVALID_URL'
      ? 'the address is no URL: what is not ASCII, and a space, have to be percent-encoded'
      : 'this is no HTTP request'
  return new AppError('malformed', 'request.malformed', message, { cause })
}
