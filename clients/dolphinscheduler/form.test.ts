import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeForm, formBytes } from './form.ts'

test('a form is as long as it is said to be, whatever it holds', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.option(fc.string({ unit: 'binary' }), { nil: undefined })),
      (fields) => {
        expect(formBytes(fields)).toBe(encodeForm(fields).length)
      },
    ),
  )
})

test.each(['', 'a b', '*-._~!', '"{}":\n', 'é', '数据', '😀', '\ud800', '\udc00x', 5, undefined])(
  '%j in a form is as long as it is said to be',
  (value) => {
    expect(formBytes({ a: value, b: '' })).toBe(encodeForm({ a: value, b: '' }).length)
  },
)
