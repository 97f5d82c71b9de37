import { z } from '@hono/zod-openapi'

/** Query of every search: taken as it stands, with no wildcards. Fields of a row are joined by line ends. */
export const SearchText = z
  .string()
  .min(1)
  .max(200)
  .refine((text) => !/\p{Cc}/u.test(text), 'must hold no control characters')
  .openapi({ description: 'A part of it, in any case; no character has a meaning of its own' })
