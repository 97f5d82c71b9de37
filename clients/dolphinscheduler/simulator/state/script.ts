import { z } from 'zod'
import type { OutputLine, TaskFields, VarPoolEntry } from './model.ts'

/** What a script does when it runs, read off its lines: `echo`, `print`, `sleep` and `exit`. */
export interface ScriptRun {
  readonly durationMs: number
  readonly exitCode: number
  readonly output: readonly OutputLine[]
  readonly outputs: readonly VarPoolEntry[]
  readonly script: string
}

const TASK_MS = 300

const Params = z.looseObject({
  rawScript: z.string().catch(''),
  localParams: z
    .array(
      z.looseObject({
        prop: z.string(),
        direct: z.string().catch('IN'),
        type: z.string().catch('VARCHAR'),
        value: z.string().catch(''),
      }),
    )
    .catch([]),
})

export function runScript(task: TaskFields, values: Readonly<Record<string, string>>): ScriptRun {
  const params = Params.parse(task.taskParams)
  const inputs = params.localParams.filter(({ direct }) => direct !== 'OUT')
  const known = { ...values, ...readInputs(inputs, values) }
  const script = fill(params.rawScript, known)
  const run = walk(script)
  const said = run.output.map(({ text }) => text)
  const outputs = params.localParams
    .filter(({ direct }) => direct === 'OUT')
    .flatMap(({ prop, type }) => {
      const value = saidValue(said, prop)
      return value === null ? [] : [{ prop, direct: 'OUT', type, value }]
    })
  return { ...run, outputs, script }
}

/** An input of the same name as a start parameter hides it; one that is empty does not. */
function readInputs(
  inputs: readonly { readonly prop: string; readonly value: string }[],
  values: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    inputs
      .filter(({ value }) => value !== '')
      .map(({ prop, value }) => [prop, fill(value, values)]),
  )
}

/** `${name}` where the name is known; the shell's own stay. */
export function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{([^{}()]+)\}/g, (placeholder, name: string) => {
    const value = values[name]
    return value ?? placeholder
  })
}

function walk(script: string): Omit<ScriptRun, 'outputs' | 'script'> {
  const output: OutputLine[] = []
  let durationMs = 0
  let exitCode = 0
  for (const command of commandsOf(script)) {
    const exit = /^(?:sys\.)?exit\(?\s*(\d+)\s*\)?$/.exec(command)
    if (exit) {
      exitCode = Number(exit[1])
      break
    }
    const pause = /^(?:time\.)?sleep\(?\s*([\d.]+)\s*\)?$/.exec(command)
    if (pause) durationMs += Number(pause[1]) * 1000
    const said = /^echo\s+(?:-[ne]+\s+)?(.*)$/s.exec(command) ?? /^print\((.*)\)$/s.exec(command)
    if (said) output.push({ afterMs: durationMs, text: unquote(said[1] ?? '') })
  }
  return { durationMs: Math.max(durationMs, TASK_MS), exitCode, output }
}

/** Split at line ends, `;` and `&&` that are not inside of quotes. */
function commandsOf(script: string): readonly string[] {
  const tokens = script.match(/'[^']*'|"(?:\\[\s\S]|[^"\\])*"|&&|[\s\S]/g) ?? []
  const commands = ['']
  for (const token of tokens) {
    if (token === '\n' || token === ';' || token === '&&') commands.push('')
    else commands.push(`${commands.pop() ?? ''}${token}`)
  }
  return commands.map((command) => command.trim()).filter((command) => command !== '')
}

function unquote(text: string): string {
  const bare = text.replace(/\s*\d?>(?:&\d|\s*\S+)\s*$/, '')
  return bare.replaceAll(
    /'([^']*)'|"((?:\\.|[^"\\])*)"/g,
    (_all, single?: string, double?: string) =>
      single === undefined ? (double ?? '').replaceAll(/\\(["\\$`])/g, '$1') : single,
  )
}

function saidValue(lines: readonly string[], prop: string): string | null {
  let value: string | null = null
  for (const line of lines) {
    for (const match of line.matchAll(/[$#]\{setValue\(([^=)]+)=([^)]*)\)\}/g)) {
      if (match[1]?.trim() === prop) value = match[2] ?? ''
    }
  }
  return value
}
