import { z } from 'zod'
import type { EnginePage } from '#src/engine/run.ts'

export const PAGE_SIZE = 100
/** A list that never ends is a fault of the engine, not a reason to ask for ever. */
const MAX_PAGES = 1000

export function PageOf<T>(row: z.ZodType<T>) {
  return z
    .looseObject({
      totalList: z
        .array(row)
        .nullish()
        .transform((rows) => rows ?? []),
      total: z.int(),
    })
    .transform(({ totalList, total }): EnginePage<T> => ({ items: totalList, total }))
}

/** Every row of a paged list. */
export async function readAllPages<T>(
  readPage: (pageNo: number) => Promise<EnginePage<T>>,
): Promise<readonly T[]> {
  const all: T[] = []
  for (let pageNo = 1; pageNo <= MAX_PAGES; pageNo += 1) {
    const page = await readPage(pageNo)
    all.push(...page.items)
    if (page.items.length === 0 || all.length >= page.total) break
  }
  return all
}
