/** What stands for a value that comes from elsewhere: a placeholder, a variable, a call, a subscript, a pattern. */
const FROM_ELSEWHERE =
  /^[$<{%:@#?&-]|^[A-Za-z_][\w.]{0,100}\[|[$!#]\{|\$[[(]|\$[A-Za-z_]|%\(|\{[A-Za-z_0-9.]{0,60}\}|[()`\\]|\.\*|\[\^|:\/\//
const MASKED = /^[*xX.•_-]{1,200}$|\*{3}/
const PATH = /^(?:\.{0,2}|~)\//
const WORDS_FOR_NOTHING = new Set(
  (
    'true false null none nil undefined yes no on off empty unset todo tbd n/a na unknown default ' +
    'string str text varchar char int required optional redacted hidden masked example sample dummy ' +
    'placeholder changeme change_me change-me yourpassword your_password your-password pass ' +
    'user username'
  ).split(' '),
)
/** A name of where the secret is: `DB_PASSWORD`, `db.password`, `user_token`. */
const NAMES_IT =
  /^[A-Z][A-Z_]*$|^(?:[A-Za-z][A-Za-z0-9._-]*)?(?:[Pp]assword|[Pp]asswd|[Pp]wd|[Tt]oken|[Ss]ecret|[Kk]ey)s?$/

/** Whether a value may be a secret written out, rather than where one comes from. */
export function isWrittenOut(value: string): boolean {
  return (
    /^[\x21-\x7e]+$/.test(value) &&
    !FROM_ELSEWHERE.test(value) &&
    !MASKED.test(value) &&
    !PATH.test(value) &&
    !WORDS_FOR_NOTHING.has(value.toLowerCase()) &&
    !NAMES_IT.test(value)
  )
}

const MIN_PASSWORD_CHARS = 4
const MIN_TOKEN_CHARS = 10
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const WORDS = /^[A-Za-z]+\d{0,12}(?:[-_.:/][A-Za-z]{0,60}\d{0,12})*$/

/** People choose passwords: a plain word is one too, unless what is around it says otherwise. */
export function isPassword(value: string, isWordEnough: boolean): boolean {
  return (
    value.length >= MIN_PASSWORD_CHARS &&
    isWrittenOut(value) &&
    (isWordEnough || !/^[A-Za-z]+$/.test(value))
  )
}

/** Machines make tokens: neither words, nor numbers. */
export function isToken(value: string): boolean {
  if (UUID.test(value)) return true
  return (
    value.length >= MIN_TOKEN_CHARS &&
    isWrittenOut(value) &&
    /\d/.test(value) &&
    /[A-Za-z]/.test(value) &&
    !WORDS.test(value)
  )
}
