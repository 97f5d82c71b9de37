import type { JsonValue } from '#src/lib/json.ts'
import type { Rules } from '../families.ts'
import type { AnswerKind } from './kind.ts'
import { ofFamily } from './kind.ts'
import { NO } from './no.ts'
import { YES } from './yes.ts'

export const ANSWERS = { ...YES, ...NO } as const
export type AnswerName = keyof typeof ANSWERS

export interface Reply {
  readonly kind: AnswerName | 'html' | 'empty' | 'other'
  readonly status: number
  readonly contentType: string | null
  readonly body: string
}

export function accept(rules: Rules, name: keyof typeof YES, data: JsonValue): Reply {
  return envelope(rules, name, { data, args: [] })
}

export function refuse(
  rules: Rules,
  name: keyof typeof NO,
  args: readonly (string | number)[] = [],
): Reply {
  return envelope(rules, name, { data: null, args })
}

function envelope(
  rules: Rules,
  name: AnswerName,
  { data, args }: { readonly data: JsonValue; readonly args: readonly (string | number)[] },
): Reply {
  const kind: AnswerKind = ANSWERS[name]
  const code = ofFamily(kind.code, rules.family)
  const msg = ofFamily(kind.text, rules.family)
    .replaceAll('{w}', rules.word)
    .replaceAll(/\{(\d)(,?)\}/g, (_all, index: string, comma: string) => {
      const arg = args[Number(index)]
      if (arg === undefined) return `{${index}}`
      return comma === '' ? String(arg) : Number(arg).toLocaleString('en-US')
    })
  const isOk = code === 0
  const body = { code, msg, data, failed: !isOk, success: isOk }
  return { ...json(body, ofFamily(kind.status, rules.family)), kind: name }
}

export function json(body: JsonValue, status = 200): Reply {
  return { kind: 'other', status, contentType: 'application/json', body: JSON.stringify(body) }
}

/** What Jetty says of a path that nobody serves. */
export function notFoundPage(uri: string): Reply {
  const row = (name: string, value: string): string => `<tr><th>${name}:</th><td>${value}</td></tr>`
  const body = [
    '<html>',
    '<head>',
    '<meta http-equiv="Content-Type" content="text/html;charset=ISO-8859-1"/>',
    '<title>Error 404 Not Found</title>',
    '</head>',
    '<body><h2>HTTP ERROR 404 Not Found</h2>',
    '<table>',
    row('URI', uri.replaceAll('<', '&lt;')),
    row('STATUS', '404'),
    row('MESSAGE', 'Not Found'),
    row('SERVLET', 'dispatcherServlet'),
    '</table>',
    '',
    '</body>',
    '</html>',
    '',
  ].join('\n')
  return { kind: 'html', status: 404, contentType: 'text/html;charset=iso-8859-1', body }
}

export function empty(status: number): Reply {
  return { kind: 'empty', status, contentType: null, body: '' }
}
