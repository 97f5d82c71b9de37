import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { parseYaml } from '../parse.ts'
import { checkDocument, CHECKS, type CheckId } from './check-document.ts'

/** `UPDATE=1 npm test` writes the page. */
const page = resolve(import.meta.dirname, '../../../docs/checks.md')
const context = { now: new Date('2026-03-01T10:00:00Z') }

interface Example {
  readonly why: string
  readonly yaml: string
}

const OWNED = 'owner: alice'

/** What each check is for, and a document that it alone finds something in. */
const EXAMPLES: Readonly<Record<CheckId, Example>> = {
  unused_parameter: {
    why: 'Callers give a value that changes nothing: the name is misspelt, or `$name` stands where `${name}` is meant. Looked for in every field of every task and in the defaults of other parameters; not at all where a task hands all parameters on (`sub_workflow`; `K8S`, `DINKY` and `DYNAMIC` of the engine).',
    yaml: `${OWNED}
start: { params: { properties: { biz_date: {} } } }
tasks:
  - { key: extract, type: shell, script: ./extract.sh $biz_date }`,
  },
  unknown_parameter: {
    why: 'The engine leaves such a placeholder as it is, and a shell reads it as empty. Known are start parameters, the task’s own, outputs, whatever the script sets itself, and names in capitals, which the machine’s environment sets. What stands in a quoted here-document is no variable of the shell. A script that sources a file or uses `eval` is left alone, and so are workflows that other workflows hand parameters to (`sub_workflow`, `dependent` with `passes_params`). What the engine alone reads (`sql`, `http`, `datax`, `procedure`, `switch`) knows neither the environment nor outputs of tasks that do not run before it. Whoever starts the workflow on the engine may give what is missing here.',
    yaml: `${OWNED}
start: { params: { properties: { biz_date: {} } } }
tasks:
  - key: clean
    type: shell
    script: rm -rf /data/\${biz_dat}/\${biz_date} \${TMPDIR}`,
  },
  unreachable_branch: {
    why: 'Tasks that only a way leads to that is never taken: a case of literals alone that is false or stands behind a true one, conditions over a disabled task or that want one task to succeed and to fail, a disabled gate, a switch without a way, or a task that needs a gate without being one of its ways. What waits for a disabled task runs, as it does in the engine.',
    yaml: `${OWNED}
tasks:
  - key: way
    type: switch
    cases: [{ condition: 1 > 2, next: full }]
    otherwise: part
  - { key: full, type: shell, needs: [way], script: ./full.sh }
  - { key: part, type: shell, needs: [way], script: ./part.sh }`,
  },
  cron_never_fires: {
    why: 'The schedule looks alive and starts nothing: no date fits its cron, or it ended.',
    yaml: `${OWNED}
tasks: [{ key: extract, type: shell, script: ./extract.sh }]
schedule: { cron: 0 3 * * *, timezone: Asia/Shanghai, end: "2026-01-31T00:00:00" }`,
  },
  cron_dst: {
    why: 'When clocks change, a time of the day is skipped or comes twice. The next date of each kind is named, within 400 days. A cron that fires in the hour before and in the hour after is left alone.',
    yaml: `${OWNED}
tasks: [{ key: extract, type: shell, script: ./extract.sh }]
schedule: { cron: 30 2 * * *, timezone: Europe/Berlin }`,
  },
  missing_owner: {
    why: 'An alert mentions the owner.',
    yaml: `tasks: [{ key: extract, type: shell, script: ./extract.sh }]`,
  },
  missing_task_owner: {
    why: 'Some tasks of a workflow without an owner have one, others have nobody. Found together with `missing_owner`.',
    yaml: `tasks:
  - { key: extract, type: shell, script: ./extract.sh, owner: bob }
  - { key: load, type: shell, script: ./load.sh }`,
  },
  pasted_secret: {
    why: 'A version is never changed and read by many: a secret in it is a secret no more. Found are access keys and tokens of a known form, private keys, passwords in URLs, command lines and assignments (in descriptions as well), and values under a name such as `password` or `Authorization`. Placeholders, variables, masks and names of secrets are none. No message repeats a secret: two characters at most, and its length.',
    yaml: `${OWNED}
tasks:
  - key: load
    type: shell
    script: mysql -h db -u etl -pSup3rS3cret warehouse < load.sql`,
  },
  huge_script: {
    why: 'Nobody reviews so much text in a diff. Keep it as a file of the resource centre, or in the image that runs it.',
    yaml: `${OWNED}
tasks:
  - key: load
    type: sql
    datasource: warehouse
    sql: "insert into t values (1),(1),(1) …"`,
  },
}

function found(id: CheckId) {
  const yaml = EXAMPLES[id].yaml.replace('(1),(1),(1) …', '(1),'.repeat(20_000))
  const parsed = parseYaml(`apiVersion: slipway/v1\nkind: Workflow\nid: w\nname: W\n${yaml}`)
  return parsed.ok ? checkDocument(parsed.document, context) : parsed.issues
}

function placeOf(pointer: string): string {
  return pointer === '' ? 'the whole document:' : `\`${pointer}\``
}

function section(check: (typeof CHECKS)[number]): readonly string[] {
  const findings = found(check.id).flatMap((finding) =>
    'check' in finding && finding.check === check.id
      ? [`- ${placeOf(finding.pointer)} ${finding.message}`]
      : [],
  )
  return [
    `## ${check.id}`,
    '',
    `**${check.severity}.** ${check.title}.`,
    '',
    EXAMPLES[check.id].why,
    '',
    '```yaml',
    EXAMPLES[check.id].yaml,
    '```',
    '',
    ...findings,
    '',
  ]
}

test('docs/checks.md lists every check with what it says of its example', () => {
  const text = [
    '# Checks of a definition',
    '',
    'Beside its `issues`, which block a version, a draft is answered with `checks`: what is probably not meant. A finding has `check`, `severity`, `pointer` and `message`. None of them blocks anything by itself. Checks prefer to miss something over complaining about what is right. Of one check 200 findings are listed.',
    '',
    '| check | severity | finds |',
    '| --- | --- | --- |',
    ...CHECKS.map(({ id, severity, title }) => `| [\`${id}\`](#${id}) | ${severity} | ${title} |`),
    '',
    ...CHECKS.flatMap(section),
  ].join('\n')
  if (process.env['UPDATE'] === '1') writeFileSync(page, text)

  expect(readFileSync(page, 'utf8')).toBe(text)
})

test.each(CHECKS.map(({ id }) => id))('the example of %s is found by it alone', (id) => {
  const others = id === 'missing_task_owner' ? ['missing_owner'] : []

  const checks = found(id).map((finding) => ('check' in finding ? finding.check : finding.message))

  expect([...new Set(checks)].sort()).toEqual([id, ...others].sort())
})
