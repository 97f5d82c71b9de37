import { z } from '@hono/zod-openapi'

/** `?name=true` of a request; missing: no. */
export const QueryFlag = z
  .enum(['true', 'false'])
  .default('false')
  .transform((text) => text === 'true')
