import type { JsonObject, JsonValue } from '#src/lib/json.ts'
import type { Rules } from '../families.ts'

export interface PageAsked {
  readonly pageNo: number
  readonly pageSize: number
}

export function pageOf(
  rules: Rules,
  { pageNo, pageSize }: PageAsked,
  { rows, total }: { readonly rows: readonly JsonValue[]; readonly total: number },
): JsonObject {
  const start = (pageNo - 1) * pageSize
  return {
    totalList: rows,
    total,
    totalPage: Math.max(1, Math.ceil(total / pageSize)),
    pageSize,
    currentPage: pageNo,
    ...(rules.family === '3.1' ? { start } : { pageNo: 0 }),
  }
}

export function cutPage<T>(all: readonly T[], { pageNo, pageSize }: PageAsked): readonly T[] {
  return all.slice((pageNo - 1) * pageSize, pageNo * pageSize)
}
