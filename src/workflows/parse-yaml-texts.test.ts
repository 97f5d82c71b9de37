import { expect, test } from 'vitest'
import { must } from '../lib/must.ts'
import { toYaml } from '../definition/yaml.ts'
import { parseWorkflow } from '../definition/parse.ts'
import { parseYamlTexts } from './parse-yaml-texts.ts'

const signal = new AbortController().signal

function manyTasks(count: number) {
  const parsed = parseWorkflow({
    apiVersion: 'slipway/v1',
    kind: 'Workflow',
    id: 'large',
    name: 'Large',
    tasks: Array.from({ length: count }, (_, n) => ({
      key: `t${n}`,
      type: 'shell',
      script: Array.from({ length: 30 }, (_line, m) => `echo "line ${m} of the script"`).join('\n'),
    })),
  })
  if (!parsed.ok) throw new Error('the test has a fault')
  return parsed.document
}

test('a document of a thousand tasks is read as it was written, while other work goes on', async () => {
  const document = manyTasks(1_000)
  let turns = 0
  const other = setInterval(() => (turns += 1), 1)

  const [parsed] = await parseYamlTexts([toYaml(document, 'large v1')], signal)

  clearInterval(other)
  expect(parsed).toEqual({ ok: true, document })
  expect(turns).toBeGreaterThan(1)
})

test('faults of a long text are told as those of a short one', async () => {
  const fault = (padding: number) => [`# ${'x'.repeat(padding)}\na: [1`, 'b: 2']
  const [long, short] = [
    await parseYamlTexts(fault(100_000), signal),
    await parseYamlTexts(fault(1), signal),
  ]

  expect(long).toEqual(short)
  expect(must(long[0], 'two').ok).toBe(false)
})

test('brackets without end are a fault and end no process', async () => {
  const [parsed] = await parseYamlTexts(['['.repeat(200_000)], signal)

  expect(parsed).toMatchObject({ ok: false, issues: [{ message: expect.any(String) }] })
})

test('who leaves while others are read is not waited for', async () => {
  const text = toYaml(manyTasks(300), 'large v1')
  const leaver = new AbortController()
  const first = parseYamlTexts([text], signal)
  const second = parseYamlTexts([text], leaver.signal)

  leaver.abort(new Error('gone'))

  await expect(second).rejects.toThrow('gone')
  expect((await first)[0]?.ok).toBe(true)
})
