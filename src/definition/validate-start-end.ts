import type { Issue } from '../lib/errors.ts'
import type { StartParam, WorkflowDocument } from './document.ts'
import { issueAt } from './pointer.ts'
import { isOfType } from './scalar.ts'

export function outputIssues(document: WorkflowDocument): readonly Issue[] {
  const outputsByKey = new Map(
    document.tasks.map(({ key, outputs }) => [key, new Set(outputs.map((output) => output.name))]),
  )
  return Object.entries(document.end.outputs).flatMap(([name, { from }]) => {
    const dot = from.indexOf('.')
    const [key, output] = [from.slice(0, dot), from.slice(dot + 1)]
    const outputs = outputsByKey.get(key)
    if (outputs?.has(output)) return []
    const message = outputs
      ? `the task "${key}" declares no output "${output}"`
      : `no task has the key "${key}"`
    return [issueAt(['end', 'outputs', name, 'from'], 'unknown_output', message)]
  })
}

export function paramIssues(document: WorkflowDocument): readonly Issue[] {
  const { properties, required } = document.start.params
  return [
    ...required.flatMap((name, n) =>
      Object.hasOwn(properties, name)
        ? []
        : [
            issueAt(
              ['start', 'params', 'required', n],
              'unknown_param',
              `no parameter is named "${name}"`,
            ),
          ],
    ),
    ...(Object.hasOwn(properties, '')
      ? [issueAt(['start', 'params', 'properties', ''], 'empty_name', 'its name is empty')]
      : []),
    ...Object.entries(properties).flatMap(([name, param]) =>
      valueIssues(['start', 'params', 'properties', name], param),
    ),
  ]
}

function valueIssues(path: readonly PropertyKey[], param: StartParam): readonly Issue[] {
  const { type, enum: allowed, default: preset } = param
  const issues = (allowed ?? []).flatMap((value, n) =>
    isOfType(type, value)
      ? []
      : [issueAt([...path, 'enum', n], 'enum_type', `${JSON.stringify(value)} is no ${type}`)],
  )
  if (preset === undefined || isPlaceholder(preset)) return issues
  if (!isOfType(type, preset))
    issues.push(
      issueAt([...path, 'default'], 'default_type', `${JSON.stringify(preset)} is no ${type}`),
    )
  if (allowed && !allowed.includes(preset))
    issues.push(issueAt([...path, 'default'], 'default_not_in_enum', 'the default is not in enum'))
  return issues
}

/** The engine fills these in later, whatever the type: `$[yyyyMMdd]`, `${system.biz.date}`. */
function isPlaceholder(value: string | number | boolean): boolean {
  return typeof value === 'string' && /\$[[{]/.test(value)
}
