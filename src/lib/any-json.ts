import { z } from '@hono/zod-openapi'

/** Any JSON value. Said in words for the API's document, where a type cannot contain itself. */
export const AnyJson = z.json().openapi({
  type: ['string', 'number', 'boolean', 'object', 'array', 'null'],
  description: 'Any JSON value',
})
export type AnyJson = z.output<typeof AnyJson>
