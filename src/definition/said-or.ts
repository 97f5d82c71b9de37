/** What is said, `null` for none; where nothing is said, what is so otherwise. */
export function saidOr<T>(said: T | undefined, otherwise: T): T {
  return said === undefined ? otherwise : said
}
