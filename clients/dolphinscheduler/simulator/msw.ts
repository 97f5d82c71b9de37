import { HttpResponse, http } from 'msw'
import type { HttpHandler } from 'msw'
import { CONTEXT_PATH } from './handle.ts'
import type { Simulator } from './simulator.ts'
import { toResponse } from './simulator.ts'

/** Answers every request to `origin` in this process; a fault breaks it off. */
export function simulatorHandlers(
  simulator: Simulator,
  origin = 'http://dolphin.test',
): readonly HttpHandler[] {
  return [
    http.all(`${origin}${CONTEXT_PATH}/*`, async ({ request }) => {
      const { pathname, search } = new URL(request.url)
      const answer = simulator.handle({
        method: request.method,
        pathname,
        query: search,
        token: request.headers.get('token'),
        form: await request.text(),
      })
      if (answer.kind === 'reply' || answer.kind === 'late') {
        return toResponse(await answer.reply, simulator.now())
      }
      return answer.kind === 'hang' ? new Promise<never>(() => undefined) : HttpResponse.error()
    }),
  ]
}
