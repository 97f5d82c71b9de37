import type { HttpFetch, HttpInit } from '#clients/http/http-fetch.ts'
import type { Simulator } from './simulator.ts'
import { toResponse } from './simulator.ts'

/** Speaks to the simulator without a socket; what breaks, breaks as it does with undici. */
export function simulatorFetch(simulator: Simulator): HttpFetch {
  return async (url, init) => {
    init.signal.throwIfAborted()
    const { pathname, search } = new URL(url)
    const answer = simulator.handle({
      method: init.method,
      pathname,
      query: search,
      token: headerOf(init, 'token'),
      form: init.body ?? '',
    })
    switch (answer.kind) {
      case 'reply':
        return toResponse(answer.reply, simulator.now())
      case 'late': {
        const reply = await Promise.race([answer.reply, aborted(init.signal)])
        return toResponse(reply, simulator.now())
      }
      case 'hang':
        return aborted(init.signal)
      case 'reset':
        throw fetchFailed({ code: 'ECONNRESET', syscall: 'read' })
      case 'down':
        throw fetchFailed({ code: 'ECONNREFUSED', syscall: 'connect' })
    }
  }
}

function headerOf({ headers }: HttpInit, name: string): string | null {
  return Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1] ?? null
}

/** Never comes about; the caller gives up one day. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(asError(signal.reason)), { once: true })
  })
}

function fetchFailed(cause: { readonly code: string; readonly syscall: string }): TypeError {
  const { code, syscall } = cause
  return new TypeError('fetch failed', {
    cause: Object.assign(new Error(`${syscall} ${code}`), cause),
  })
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('aborted')
}
