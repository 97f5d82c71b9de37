import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { BLOCKING } from '#src/imports/read-export-items.ts'

/** `code: 'x'`, also where a condition chooses between two. */
const WRITTEN = /\bcode(?:: | = )([^,;}\n]*)/g
const BY_PLACE = /issueAt\(\s*(?:\[[^\]]*\]|\w+),\s*('\w+')/g
const BY_HELPER = /issueOf\((.*)/g
const QUOTED = /'([a-z_]+(?:\.[a-z_]+)?)'/g

/** Codes of errors and issues as they stand in the sources of that root, with what comes before them. */
export function codesInSources(root: string): ReadonlySet<string> {
  const codes = ['src', 'clients', 'jobs'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((file) => `${folder}/${file}`)
      .filter((file) => file.endsWith('.ts') && !/\.test\.ts$|\/simulator\//.test(file))
      .flatMap((file) => codesIn(file, readFileSync(join(root, file), 'utf8'))),
  )
  const ofNotes = [...BLOCKING, 'unnamed'].map((kind) => `import.${kind}`)
  return new Set([...codes, ...ofNotes])
}

function codesIn(file: string, text: string): readonly string[] {
  const plain = [WRITTEN, BY_PLACE].flatMap((pattern) => quotedIn(text, pattern))
  const helped = quotedIn(text, BY_HELPER).filter((code) => code.includes('.'))
  return [...plain.map((code) => withPrefix(file, code)), ...helped]
}

function quotedIn(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].flatMap(([, part = '']) =>
    [...part.matchAll(QUOTED)].map(([, code = '']) => code),
  )
}

/** Faults of a shape get theirs where they become issues (`toRequestIssues`, `issueAt`). */
function withPrefix(file: string, code: string): string {
  if (code.includes('.')) return code
  if (file.startsWith('src/definition/')) return `definition.${code}`
  const isShape = file.startsWith('src/lib/') || file.includes('/dolphinscheduler/export/')
  return isShape ? `request.${code}` : code
}
