import { expect, test } from 'vitest'
import { idsFor } from './workflow-ids.ts'

const item = (code: string, name: string, description = '') => ({ code, name, description })

test('a marker that names a reserved word is none', () => {
  expect(idsFor([item('7', 'Answer', 'x slipway:answer')])).toEqual(['Answer'])
  expect(idsFor([item('7', 'Orders', 'x slipway:daily')])).toEqual(['daily'])
})

test('ids that differ by case alone are not proposed', () => {
  expect(idsFor([item('7', 'Orders'), item('8', 'orders')], new Set(['ORDERS']))).toEqual([
    'wf_7',
    'wf_8',
  ])
})
