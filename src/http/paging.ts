import { z } from '@hono/zod-openapi'

/** Query of every list: a filter that does not exist would quietly show everything. */
export const PageQuery = z.strictObject({
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(200)
    .default(50)
    .openapi({ description: 'Items a page' }),
  cursor: z
    .string()
    .max(2000)
    .optional()
    .openapi({ description: 'next_cursor of the page before' }),
})
export type PageQuery = z.output<typeof PageQuery>

export function pageOf<S extends z.ZodType>(item: S) {
  return z.object({ items: z.array(item).readonly(), next_cursor: z.string().nullable() })
}
