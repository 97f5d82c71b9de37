import { expect, test } from 'vitest'
import { WorkflowDocument } from '../document.ts'
import { unknownParameter } from './unknown-parameter.ts'

function unknownIn(...tasks: readonly object[]) {
  const document = WorkflowDocument.parse({
    apiVersion: 'slipway/v1',
    kind: 'Workflow',
    id: 'w',
    name: 'W',
    start: { params: { properties: { day: {} } } },
    tasks: tasks.map((task, index) => ({ key: `t${index}`, ...task })),
  })
  return unknownParameter.run(document)
}

const shell = (script: string) => unknownIn({ type: 'shell', script })

test('what neither a parameter nor the script sets is named once a text', () => {
  const found = shell('echo ${dya} ${day} ${dya}\nls /data/${table}')

  expect(found).toEqual([
    {
      path: ['tasks', 0, 'script'],
      message:
        'nothing gives ${dya}, ${table} a value: no start parameter, no parameter of the task, no output, and the script sets none of that name',
    },
  ])
})

test.each(['export out=/data/${dya}', 'read x <<< ${dya}', 'dya_2=1; echo ${dya}'])(
  'reading a name sets nothing: %s',
  (script) => {
    expect(shell(script)).toHaveLength(1)
  },
)

test.each([
  ["cat > a.sh <<'EOF'\necho ${foo}\nEOF", 0],
  ['cat > a.sh <<-"EOF"\n\techo ${foo}\n\tEOF', 0],
  ['cat > a.sh <<\\EOF\necho ${foo}\nEOF', 0],
  ['cat > a.sh <<EOF\necho ${foo}\nEOF', 1],
  ["cat > a.sh <<'EOF'\nx\nEOF\necho ${foo}", 1],
  ['bc <<<"abc"\necho ${foo}', 1],
])('in a quoted here-document the shell fills in nothing: %j', (script, count) => {
  expect(shell(script)).toHaveLength(count)
})

test('of many names a few are listed', () => {
  const names = Array.from({ length: 12 }, (_, n) => `\${x${n}}`)

  const [found] = shell(names.join(' '))

  expect(found?.message).toMatch(/\$\{x9\} and 2 more a value/)
})

test.each([
  'for f in /data/*.csv; do wc -l ${f}; done',
  'for ((i=0; i<3; i++)); do echo ${i}; done',
  'while IFS=, read -r id name; do echo ${id} ${name}; done < x.csv',
  'read -p "Which? " answer && echo ${answer}',
  'export target=/tmp/x\ncp a ${target}/b',
  'local_dir=$(mktemp -d); trap "rm -rf ${local_dir}" EXIT',
  'f() { local src=$1 dst; dst=${2}; cp ${src} ${dst}; }; f a b',
  'declare -A seen; seen[x]=1; echo ${seen}',
  'items+=(a b); echo ${items}',
  'mapfile -t lines < x; echo ${lines}',
  'printf -v stamp "%s" x; echo ${stamp}',
  'while getopts "a:b" opt; do echo ${opt}; done',
  ': ${region:=cn}; echo ${region}',
  'echo ${missing:-none} ${list[@]} ${#list} ${file%.csv} ${1} ${@}',
  'echo ${HOME} ${PATH} ${SPARK_HOME} ${USER} ${https_proxy}',
  'source /etc/etl/env.sh\necho ${anything}',
  'if true; then . ./env.sh; fi; echo ${anything}',
  'eval "$(conda shell.bash hook)"; echo ${prefix}',
  'hive --hivevar month=2026-01 -e "select * from t where m = ${month} and ${hiveconf:x} = 1"',
  "echo '${setValue(rows=42)}' ${system.biz.date} $[yyyyMMdd-1]",
  '# echo ${old_name}\necho ${day}',
  'let total=1+2; echo ${total}',
])('a shell sets it, or its environment does: %s', (script) => {
  expect(shell(script)).toEqual([])
})

test.each([
  ['amount = 3\nprint(f"${amount} for ${day}")', 0],
  ['from string import Template\nprint(Template("${who}").substitute(who=1))', 0],
  ['for row in rows:\n    print(f"costs ${row}")', 0],
  ['# ${old}\nprint("${day}")', 0],
  ['print("${dya}")', 1],
])('in Python: %j', (script, count) => {
  expect(unknownIn({ type: 'python', script })).toHaveLength(count)
})

test('parameters of the task and outputs are values', () => {
  const found = unknownIn(
    { type: 'shell', script: 'x', outputs: ['rows'] },
    {
      type: 'shell',
      script: 'echo ${rows} ${mine}',
      needs: ['t0'],
      params: [{ name: 'mine', value: '${mien}' }],
    },
  )

  expect(found.map(({ path }) => path)).toEqual([['tasks', 1, 'params', 0, 'value']])
})

test.each([
  [{ type: 'spark', language: 'java', main_jar: 'a.jar', main_args: '--day ${dya}' }, 1],
  [{ type: 'spark', language: 'sql', script: 'set m=1;\nselect ${m}' }, 0],
  [{ type: 'flink', language: 'sql', script: 'select ${dya}' }, 1],
  [{ type: 'seatunnel', startup_script: 'a.sh', config: 'x = "${dya}"\ny = ${a.b}' }, 1],
  [{ type: 'java', run: 'source', source: 'class A { String s = "${dya}"; }' }, 1],
  [{ type: 'java', run: 'source', source: 'class A { String s = "${dya}", dya; }' }, 0],
  [{ type: 'engine', engine_type: 'REMOTESHELL', engine_params: { rawScript: '${dya}' } }, 1],
  [{ type: 'sql', datasource: 'd', sql: 'select ${dya}, ${day}, ${日期}' }, 1],
  [{ type: 'http', url: 'http://h/${day}?at=${system.biz.date}', body: '$[yyyyMMdd]' }, 0],
])('of the other types: %j', (task, count) => {
  expect(unknownIn(task)).toHaveLength(count)
})

test('where the engine alone reads, a value has to come from before', () => {
  const sql = { type: 'sql', datasource: 'd', sql: 'select ${rows} from ${from} where ${HOME}' }
  const extract = { type: 'shell', script: 'x', outputs: ['rows'] }

  const after = unknownIn(extract, { ...sql, needs: ['t0'] })
  const beside = unknownIn(extract, sql)

  expect(after).toEqual([
    {
      path: ['tasks', 1, 'sql'],
      message:
        'nothing here gives ${from}, ${HOME} a value: no start parameter, no parameter of the task, no output of a task before it',
    },
  ])
  expect(beside[0]?.message).toContain('${rows}, ${from}, ${HOME}')
})

test('what another workflow hands over is not written here', () => {
  const found = unknownIn(
    { type: 'sub_workflow', workflow: 'other' },
    { type: 'shell', script: 'echo ${rows}', needs: ['t0'] },
  )

  expect(found).toEqual([])
})
