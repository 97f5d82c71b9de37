import fc from 'fast-check'
import { expect, test } from 'vitest'
import { WorkflowDocument, type StartParam } from './document.ts'
import { readOutputs } from './outputs.ts'
import { doc } from '#test/support/documents.ts'

const withType = (type: StartParam['type']) =>
  doc((d) => Object.assign(d.end.outputs, { rows: { from: 'load.rows_written', type } }))

test('the name of an output may have a dot', () => {
  const input = doc((d) => Object.assign(d.end, { outputs: { day: { from: 'load.biz.date' } } }))
  const document = WorkflowDocument.parse(input)

  expect(readOutputs(document, { load: { 'biz.date': '2026' } }).values).toEqual({ day: '2026' })
})

test.each<[StartParam['type'], string, string | number | boolean]>([
  ['string', ' as is ', ' as is '],
  ['integer', '42', 42],
  ['integer', '42.0', 42],
  ['number', '-1.5e3', -1500],
  ['boolean', 'TRUE', true],
  ['boolean', 'false', false],
])('as %s, %j is %j', (type, text, value) => {
  expect(readOutputs(withType(type), { load: { rows_written: text } })).toEqual({
    values: { rows: value },
    missing: [],
  })
})

test.each<[StartParam['type'], string]>([
  ['integer', '4.2'],
  ['integer', ''],
  ['integer', '9007199254740993'],
  ['number', '0x10'],
  ['number', '1e999'],
  ['boolean', 'yes'],
])('as %s, %j has no value', (type, text) => {
  expect(readOutputs(withType(type), { load: { rows_written: text } })).toEqual({
    values: {},
    missing: ['rows'],
  })
})

test.each([{}, { load: {} }, { other: { rows_written: '1' } }])(
  'in %j the output is missing',
  (outputs) => {
    expect(readOutputs(withType('string'), outputs).missing).toEqual(['rows'])
  },
)

test('any number that a task prints is read back', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const { values } = readOutputs(withType('number'), { load: { rows_written: String(value) } })

      expect(values['rows']).toBe(Number(String(value)))
    }),
  )
})
