import { z } from '@hono/zod-openapi'
import { AppError } from '../lib/errors.ts'

export const IdempotencyHeader = z.object({
  'idempotency-key': z.string().min(1).max(255).optional().openapi({
    description: 'The same key with the same request answers what the first one did, for 24 h.',
  }),
})

export const IfMatchHeader = z.object({
  'if-match': z.string().max(100).optional().openapi({ description: 'ETag that was read' }),
})

export function etagOf(revision: number): string {
  return `"${revision}"`
}

/** The revision in an If-Match header; null for `*` and for no header. */
export function revisionOf(ifMatch: string | undefined): number | null {
  if (ifMatch === undefined || ifMatch === '*') return null
  const match = /^(?:W\/)?"(\d+)"$/.exec(ifMatch)
  if (match?.[1] === undefined) {
    throw new AppError('malformed', 'request.malformed', 'If-Match is not an ETag of ours', {
      issues: [
        {
          pointer: '/header/if-match',
          code: 'request.malformed',
          message: 'expected "<number>" or *',
        },
      ],
    })
  }
  return Number(match[1])
}
