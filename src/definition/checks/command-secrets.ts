/** What comes before an option: words, quoted ones whole, over continued lines. */
const ARGS = `(?:[ \\t](?:"[^"\\n]{0,300}"|'[^'\\n]{0,300}'|\\\\\\n|[^\\n;|&"']){0,200}?)?`
const GAP = '[ \\t]{1,5}'
const PORTS = `["']?(?:[\\d.]{7,15}:)?[\\d-]{1,11}:[\\d-]{1,11}(?:/[a-z]{3,4})?(?:["'\\s]|$)`
/** In a container of that name: no password is what `mkdir -p` makes, nor are the ports of `docker run`. */
const DASH_P = `(?<!\\bmkdir(?:[ \\t]{1,5}[\\w=-]{1,20}){0,3})[ \\t]-p${GAP}(?!${PORTS})`

/** Commands that take a password as an argument; `{value}` is where it stands. */
const COMMANDS = [
  [`\\bbeeline${ARGS}${DASH_P}{value}`, 'beeline'],
  [`\\bredis-cli${ARGS}[ \\t](?:-a|--pass)${GAP}{value}`, 'redis-cli'],
  [`\\bldap[a-z]{3,9}${ARGS}[ \\t]-w[ \\t]{0,5}{value}`, 'ldap'],
  [`\\bmongo(?:sh|dump|restore|export|import)?${ARGS}${DASH_P}{value}`, 'mongo'],
  [`\\becho${GAP}(?:-n${GAP})?{value}[ \\t]{0,5}\\|[ \\t]{0,5}kinit\\b`, 'kinit'],
  [`\\bkinit${ARGS}[ \\t]?<<<[ \\t]{0,5}{value}`, 'kinit'],
] as const

/** The user is no option and no script: only what stands first is a login. */
const SQLPLUS =
  /\bsqlplus(?:[ \t]{1,5}-[A-Za-z]{1,2}(?:[ \t]{1,5}\d{1,3})?){0,5}[ \t]{1,5}["']?\w[\w$#.-]{0,60}\/(?<bare>[^\s/@"']{1,200})(?=@|["']|[ \t]{1,5}[@<]|[ \t]*$)/gm

/** By a text that has to be there: each looks for its command alone. */
export function commandPatterns(value: string) {
  return [
    { pattern: SQLPLUS, hint: 'sqlplus' },
    ...COMMANDS.map(([source, hint]) => ({
      pattern: new RegExp(source.replace('{value}', value), 'g'),
      hint,
    })),
  ]
}

export const COMMAND_HINT = /beeline|redis-cli|ldap|mongo|kinit|sqlplus/
