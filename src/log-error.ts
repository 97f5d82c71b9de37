import { z } from 'zod'

/** What the database's driver throws: it carries the SQL with every value in it. */
const DriverError = z.object({ code: z.string(), errno: z.number(), sqlMessage: z.string() })
/** Names of ours; whatever else a message of the database quotes is somebody's data. */
const KEY = /(?:for key '([\w.]+)'$|CONSTRAINT `(\w+)`)/
const MAX_CAUSES = 3

/** An error as a log line may carry it: named fields only, and no value of a query. */
export function errorFields(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return { type: typeof error }
  const cause =
    error.cause === undefined || depth >= MAX_CAUSES
      ? {}
      : { cause: errorFields(error.cause, depth + 1) }
  const driver = DriverError.safeParse(error)
  if (driver.success) {
    const { code, errno, sqlMessage } = driver.data
    const [, key, constraint] = KEY.exec(sqlMessage) ?? []
    return {
      type: error.name,
      code,
      errno,
      message: `the database says ${code}`,
      ...(key === undefined && constraint === undefined ? {} : { key: key ?? constraint }),
      stack: framesOf(error),
      ...cause,
    }
  }
  return {
    type: error.name,
    ...('code' in error ? { code: error.code } : {}),
    message: error.message,
    stack: error.stack,
    ...cause,
  }
}

/** The stack repeats the message before its first frame. */
function framesOf({ stack = '', message }: Error): string {
  return stack.slice(stack.indexOf(message) + message.length).trimStart()
}
