import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import type {
  AnswerKind,
  Ground,
  RecordedFamily,
} from '#clients/dolphinscheduler/simulator/answers/kind.ts'
import { ANSWERS } from '#clients/dolphinscheduler/simulator/answers/reply.ts'
import { createSimulator } from '#clients/dolphinscheduler/simulator/simulator.ts'
import { must } from '#src/lib/must.ts'
import { walkThrough } from './conformance/scenario.ts'
import { MORE_EXCHANGES } from './conformance/more-exchanges.ts'
import { shapeOf } from './conformance/shape.ts'

const VERSIONS: Readonly<Record<RecordedFamily, string>> = {
  '3.1': '3.1.1',
  '3.2': '3.2.2',
  '3.4': '3.4.2',
}
const FAMILIES = ['3.1', '3.2', '3.4'] as const
const FOLDERS = ['recordings/', 'recordings/more/']

const Recording = z.object({
  response: z.object({
    status: z.int(),
    contentType: z.string().nullable(),
    body: z.unknown(),
  }),
})

describe.each(FAMILIES)('answers of the simulated %s', (family) => {
  const heard = walkThrough(family)
  const kinds: [string, Ground][] = Object.entries(ANSWERS).map(
    ([name, kind]: [string, AnswerKind]) => [name, kind.standsOn[family]],
  )

  test.each(
    kinds.flatMap(([name, ground]) => (typeof ground === 'string' ? [[name, ground]] : [])),
  )('%s looks as in %s', (name, ground) => {
    const recorded = load(family, must(ground, 'a recording'))

    const answer = must(heard.get(must(name, 'a name')), `an answer of ${name}`)

    expect({ status: answer.status, code: codeOf(answer.body) }).toEqual({
      status: recorded.status,
      code: codeOf(recorded.body),
    })
    expect(shapeOf(answer.body)).toEqual(shapeOf(recorded.body))
  })

  test('what was only read is given, and what the family has not is not given', () => {
    const given = kinds.filter(([name]) => heard.has(name)).map(([name]) => name)

    expect(given).toEqual(kinds.filter(([, ground]) => ground !== null).map(([name]) => name))
  })
})

test.each(MORE_EXCHANGES)('$family answers as in $name', ({ family, name, ask }) => {
  const recorded = load(family, name)

  const { code, data } = ask(family)

  expect({ code, data: shapeOf(data) }).toEqual({
    code: codeOf(recorded.body),
    data: shapeOf(dataOf(recorded.body)),
  })
})

/** Answers that carry no code of their own. */
const PLAIN = [
  ['3.2', '/projects/0/worker-group', 'project-worker-group-unknown'],
  ['3.2', '/v3/api-docs', 'api-docs'],
] as const

test.each(PLAIN)('%s answers %s as in %s', (family, path, name) => {
  const recorded = load(family, name)

  const reply = answerOf(family, path)

  expect(reply.status).toBe(recorded.status)
  expect(Object.keys(JSON.parse(reply.body) as object).sort()).toEqual(
    Object.keys(recorded.body as object).sort(),
  )
})

test.each(FAMILIES)('%s shows a page for an unknown path, and nothing to a stranger', (family) => {
  const page = load(family, '012-unknown-path')

  expect(answerOf(family, '/no-such-endpoint')).toMatchObject({
    status: page.status,
    contentType: page.contentType,
    body: page.body,
  })
  expect(answerOf(family, '/projects', 'stranger')).toMatchObject({
    ...load(family, '008-bad-token'),
  })
})

test.each(FAMILIES)('no recording of %s beside those of the port stands idle', (family) => {
  const kinds: AnswerKind[] = Object.values(ANSWERS)
  const grounds = kinds.map(({ standsOn }) => standsOn[family])
  const others = MORE_EXCHANGES.filter((each) => each.family === family).map(({ name }) => name)
  const plain = PLAIN.filter(([of]) => of === family).map(([, , name]) => name)
  const used = new Set<unknown>([...grounds, ...others, ...plain, '012-unknown-path'])

  const folder = new URL(`recordings/more/${VERSIONS[family]}/`, import.meta.url)
  const idle = readdirSync(folder).filter((file) => !used.has(file.replace('.json', '')))

  expect(idle).toEqual([])
})

function answerOf(family: RecordedFamily, pathname: string, token?: string) {
  const simulator = createSimulator({ family, now: () => new Date(0) })
  const answer = simulator.handle({
    method: 'GET',
    pathname: `/dolphinscheduler${pathname}`,
    query: '',
    token: token ?? simulator.token,
    form: '',
  })
  return must(answer.kind === 'reply' ? answer.reply : null, 'a reply')
}

function codeOf(body: unknown): unknown {
  return z.object({ code: z.int() }).parse(body).code
}

function dataOf(body: unknown): unknown {
  return z.object({ data: z.unknown() }).parse(body).data
}

function load(family: RecordedFamily, name: string) {
  const file = FOLDERS.map((folder) => new URL(`${folder}${VERSIONS[family]}/`, import.meta.url))
    .filter((folder) => readdirSync(folder).includes(`${name}.json`))
    .map((folder) => new URL(`${name}.json`, folder))[0]
  const text = readFileSync(must(file, `a recording ${name} of ${family}`), 'utf8')
  return Recording.parse(JSON.parse(text)).response
}
