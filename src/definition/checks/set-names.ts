const NAME = '[A-Za-z_][A-Za-z0-9_]{0,127}'
/** `x=1`, `x+=1`, `x[0]=1`, also as an option's `-d x=1` or SQL's `set x=1`; `${x:=1}`, `${x:?}`. */
const ASSIGNED = [
  new RegExp(`(?<![\\w$])(${NAME})(?:\\[[^\\]\\n]{0,100}\\])?[ \\t]{0,5}[-+*/|&]?=`, 'g'),
  new RegExp(`\\$\\{(${NAME}):?[=?]`, 'g'),
]
/** Words that name the variables after them. */
const NAMED =
  /(?<![\w$-])(?:export|local|declare|typeset|readonly|read|mapfile|readarray|let|for|select|getopts|printf[ \t]{1,5}-v)\b([^\n;|&]{0,500})/g
/** Not what is read there: `export a=${b}` names no `b`. */
const WORD = new RegExp(`(?<![\\w$]|[$!]\\{)${NAME}`, 'g')
/** What may set anything: a sourced file, eval. */
const UNKNOWABLE = /(?:^|[;&|(\n`])[ \t]{0,100}(?:(?:source|\.)[ \t]{1,20}\S|eval\b)/

/** Variables that a shell's text sets itself; null: nobody can tell. */
export function namesSetInShell(text: string): ReadonlySet<string> | null {
  if (UNKNOWABLE.test(text) || /\b(?:then|do|else)[ \t]{1,20}(?:source|\.|eval)[ \t]/.test(text))
    return null
  const names = new Set<string>()
  for (const pattern of ASSIGNED)
    for (const [, name = ''] of text.matchAll(pattern)) names.add(name)
  for (const [, after = ''] of text.matchAll(NAMED))
    for (const [name] of after.matchAll(WORD)) names.add(name)
  return names
}

const TEMPLATES = /\b(?:Template|StringSubstitutor|StrSubstitutor)\b/

/** Names that a program has itself, so that `f"${x}"` may be its own; null: it fills in `${…}`. */
export function namesInProgram(text: string): ReadonlySet<string> | null {
  if (TEMPLATES.test(text)) return null
  return new Set([...text.matchAll(WORD)].map(([name]) => name))
}

/** Whole lines only: a `#` elsewhere may be anything. */
export function withoutComments(text: string): string {
  return text.includes('#') ? text.replace(/^[ \t]{0,200}#.*$/gm, '') : text
}

const QUOTED_HEREDOC =
  /(?<!<)<<(?!<)-?[ \t]{0,5}(?:"([\w.-]{1,100})"|'([\w.-]{1,100})'|\\([\w.-]{1,100}))/

/** What stands in `<<'EOF'` is nothing to the shell: a name that the engine lacks stays as it is written. */
export function withoutQuotedHeredocs(text: string): string {
  if (!text.includes('<<')) return text
  const kept: string[] = []
  let end: string | null = null
  for (const line of text.split('\n')) {
    if (end !== null) {
      if (line.trim() === end) end = null
      continue
    }
    kept.push(line)
    const [, double, single, escaped] = QUOTED_HEREDOC.exec(line) ?? []
    end = double ?? single ?? escaped ?? null
  }
  return kept.join('\n')
}
