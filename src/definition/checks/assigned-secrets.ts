import { COMMAND_HINT, commandPatterns } from './command-secrets.ts'
import { isPassword, isToken } from './literal-value.ts'

export interface SecretAt {
  readonly kind: string
  readonly value: string
  readonly index: number
}

/**
 * What a text is written in; programs and SQL quote every value that is one. Prose may hold command
 * lines, but its words are words.
 */
export type Language = 'shell' | 'program' | 'sql' | 'prose'

/** Bounded everywhere: no text, however long or hostile, costs more than a few passes. */
const PASSWORD = '(?<password>pass(?:word|wd|phrase)|pwd)'
const TOKEN = '(?<token>secret|token|(?:api|access|secret|private|auth)[_.-]?key(?:[_.-]?secret)?)'
const KEYWORD = `(?:${PASSWORD}|${TOKEN})`
const QUOTED = `\\\\{0,2}(?:"(?<double>[^"\\n]{1,300})"|'(?<single>[^'\\n]{1,300})')`
const BARE = `(?<bare>[^\\s"'\`;|&<>(),]{1,300})`
const EITHER = `(?:${QUOTED}|${BARE})`

interface Pattern {
  readonly pattern: RegExp
  readonly languages: readonly Language[]
  /** A plain word is a password here. */
  readonly isWordEnough: boolean
  /** Without it in the text there is nothing to look for. */
  readonly hint?: string
}

const ALL: readonly Language[] = ['shell', 'program', 'sql', 'prose']
const SHELL: readonly Language[] = ['shell', 'prose']

const PATTERNS: readonly Pattern[] = [
  // scheme://user:password@host, jdbc:oracle:thin:user/password@host
  {
    pattern:
      /(?<![A-Za-z0-9])[a-z][a-z0-9+.-]{1,30}:\/\/[^\s:/@'"?#]{0,100}:(?<bare>[^\s/@'"]{1,200})@[\w.$[{-]/gi,
    hint: '://',
    languages: ALL,
    isWordEnough: true,
  },
  {
    pattern: /\bjdbc:oracle:(?:thin|oci):[^\s/'"@]{1,100}\/(?<bare>[^\s/'"@]{1,200})@/gi,
    hint: 'jdbc:oracle:',
    languages: ALL,
    isWordEnough: true,
  },
  // ?user=a&password=x
  { pattern: new RegExp(`[?&;]${KEYWORD}=${BARE}`, 'gi'), languages: ALL, isWordEnough: true },
  // "password": "x", conf['password'] = 'x', 'password' => 'x'
  {
    pattern: new RegExp(`${KEYWORD}\\\\{0,2}["']\\]?\\s{0,5}(?::=|=>|[:=])\\s{0,5}${QUOTED}`, 'gi'),
    languages: ALL,
    isWordEnough: true,
  },
  // .option("password", "x")
  {
    pattern: new RegExp(
      `\\b(?:option|setProperty|put|set|config)\\(\\s{0,5}["'][\\w.-]{0,60}${KEYWORD}["']\\s{0,5},\\s{0,5}${QUOTED}`,
      'gi',
    ),
    languages: ALL,
    isWordEnough: true,
  },
  // password = "x", password: str = "x"
  {
    pattern: new RegExp(
      `${KEYWORD}(?:[ \\t]{0,3}:[ \\t]{0,3}[A-Za-z][\\w.[\\]]{0,30})?[ \\t]{0,5}(?::=|=>|[:=])[ \\t]{0,5}${QUOTED}`,
      'gi',
    ),
    languages: ['shell', 'program', 'prose'],
    isWordEnough: true,
  },
  {
    pattern: new RegExp(`${KEYWORD}\\s{0,5}=\\s{0,5}${QUOTED}`, 'gi'),
    languages: ['sql'],
    isWordEnough: false,
  },
  // set connector.password=x
  {
    pattern: new RegExp(
      `^[ \\t]{0,40}set[ \\t]{1,10}[\\w.:-]{0,80}${KEYWORD}[ \\t]{0,5}=[ \\t]{0,5}${BARE}`,
      'gim',
    ),
    languages: ['sql'],
    isWordEnough: true,
  },
  // create user a identified by 'x'
  {
    pattern: new RegExp(`\\bidentified\\s{1,5}by\\s{1,5}${QUOTED}`, 'gi'),
    languages: ALL,
    isWordEnough: true,
  },
  // PASSWORD=x, --password=x
  {
    pattern: new RegExp(`pass(?:word|wd|phrase)=${BARE}`, 'gi'),
    languages: SHELL,
    isWordEnough: true,
  },
  { pattern: new RegExp(`${KEYWORD}=${BARE}`, 'gi'), languages: SHELL, isWordEnough: false },
  // --password x
  {
    pattern: new RegExp(`--[a-z-]{0,30}${KEYWORD}[ \\t]{1,5}${EITHER}`, 'gi'),
    languages: SHELL,
    isWordEnough: true,
  },
  // a line of YAML or of properties
  {
    pattern: new RegExp(
      `^[ \\t]{0,40}(?:- )?[\\w.-]{0,60}${KEYWORD}[ \\t]{0,5}[:=][ \\t]{1,5}${BARE}[ \\t\\r]{0,20}$`,
      'gim',
    ),
    languages: ['shell'],
    isWordEnough: false,
  },
  {
    pattern: new RegExp(
      `\\bmysql(?:dump|admin|import)?[ \\t](?:[^\\n;|&]{0,150}?[ \\t])?-p${EITHER}`,
      'g',
    ),
    hint: ' -p',
    languages: SHELL,
    isWordEnough: true,
  },
  {
    pattern:
      /\bcurl[ \t](?:[^\n;|]{0,150}?[ \t])?(?:-u|--user)[ \t=]{0,3}["']?[^\s:"'$]{1,100}:(?<bare>[^\s"']{1,200})/g,
    hint: 'curl',
    languages: SHELL,
    isWordEnough: true,
  },
  {
    pattern: new RegExp(`\\bsshpass[ \\t]{1,5}-p[ \\t]{0,5}${EITHER}`, 'g'),
    languages: SHELL,
    isWordEnough: true,
  },
  ...commandPatterns(EITHER).map((each) => ({ ...each, languages: SHELL, isWordEnough: true })),
]

/** Where this is not found, no pattern finds anything. */
const HINT = /pass|pwd|secret|token|key|identified|:\/\/|jdbc:oracle|[ \t]-p|curl/i

/** Values that are called a password or a token where they stand. */
export function assignedSecrets(text: string, language: Language): readonly SecretAt[] {
  if (!HINT.test(text) && !COMMAND_HINT.test(text)) return []
  return PATTERNS.filter(
    ({ languages, hint }) =>
      languages.includes(language) && (hint === undefined || text.includes(hint)),
  ).flatMap(({ pattern, isWordEnough }) =>
    [...text.matchAll(pattern)].flatMap((match) =>
      secretOf(text, match, isWordEnough && language !== 'prose'),
    ),
  )
}

function secretOf(
  text: string,
  match: RegExpExecArray,
  isWordEnough: boolean,
): readonly SecretAt[] {
  const { password, token, double, single, bare } = match.groups ?? {}
  const value = (double ?? single ?? bare ?? '').replace(/\\+$/, '')
  const isNamedToken = token !== undefined
  const isSecret = isNamedToken
    ? isToken(value)
    : isPassword(value, isWordEnough && password?.toLowerCase() !== 'pwd')
  if (!isSecret || isVariable(text, match.index)) return []
  const index = match.index + match[0].lastIndexOf(value)
  return [{ kind: isNamedToken ? 'a token or key' : 'a password', value, index }]
}

/** `$password = "x"` in a test, and `${password}` in a text. */
function isVariable(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - 64), at)
  return /\$\{?[\w.-]*$/.test(before)
}

const LABEL = new RegExp(`${KEYWORD}$`, 'i')
const AUTHORIZATION = /^(?:proxy-)?authorization$/i

/** A value whose own name, as a header or a parameter, says that it is secret. */
export function labelledSecret(label: string, value: string): SecretAt | null {
  if (AUTHORIZATION.test(label)) {
    const [scheme = '', credentials] = value.split(/\s+/)
    const secret = credentials ?? scheme
    return secret.length >= 8 && isPassword(secret, true)
      ? { kind: 'an authorization header', value: secret, index: value.lastIndexOf(secret) }
      : null
  }
  const { password, token } = LABEL.exec(label)?.groups ?? {}
  if (password !== undefined && isPassword(value, true))
    return { kind: 'a password', value, index: 0 }
  return token !== undefined && isToken(value) ? { kind: 'a token or key', value, index: 0 } : null
}
