/**
 * The name that an id has in a record of bindings; the first of several. Each record is turned
 * around once: thousands of tasks ask the same one.
 */
export function nameOf(
  ids: Readonly<Record<string, string | number>>,
  id: string,
): string | undefined {
  return nameWhere(ids, String, id)
}

/** The same where what stands behind a name is more than an id: of one record always the same part. */
export function nameWhere<T>(
  record: Readonly<Record<string, T>>,
  idOf: (entry: T) => string,
  id: string,
): string | undefined {
  let names = INVERSES.get(record)
  if (names === undefined) {
    names = new Map(
      Object.entries(record)
        .reverse()
        .map(([name, entry]) => [idOf(entry), name]),
    )
    INVERSES.set(record, names)
  }
  return names.get(id)
}

/** As long as somebody holds the record. */
const INVERSES = new WeakMap<object, ReadonlyMap<string, string>>()
