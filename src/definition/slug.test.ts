import { expect, test } from 'vitest'
import { slugOf } from './slug.ts'

test.each([
  ['orders', 'orders'],
  ['load to dwd', 'load_to_dwd'],
  ['  Été — à Paris! ', 'Ete_a_Paris'],
  ['01_ods_orders', 'wf_01_ods_orders'],
  ['每日订单', null],
  ['ODS 订单导入', null],
  ['!?', null],
  ['', null],
  ['x'.repeat(400), null],
])('%j is said as %j', (name, slug) => {
  expect(slugOf(name, 'wf')).toBe(slug)
})
