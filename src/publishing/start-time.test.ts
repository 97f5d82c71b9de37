import { expect, test } from 'vitest'
import { scheduleStart } from './start-time.ts'

const at = (time: string): Date => new Date(`2026-01-01T${time}Z`)

test('3.1 starts at the second after it went down, so that it replays what it missed', () => {
  expect(
    scheduleStart({
      family: '3.1',
      engineNow: at('00:00:05.200'),
      downSince: at('00:00:02.700'),
      wished: null,
      endsAt: at('23:00:00'),
    }),
  ).toEqual(at('00:00:03.000'))
})

test('3.1 gets the next second when that is too long ago: its fires are lost either way', () => {
  expect(
    scheduleStart({
      family: '3.1',
      engineNow: at('00:02:00.200'),
      downSince: at('00:00:02.700'),
      wished: null,
      endsAt: at('23:00:00'),
    }),
  ).toEqual(at('00:02:01.000'))
})

test.each(['3.2', '3.3', '3.4'] as const)('%s gets the next whole second', (family) => {
  expect(
    scheduleStart({
      family,
      engineNow: at('00:00:05.200'),
      downSince: at('00:00:02.700'),
      wished: null,
      endsAt: at('23:00:00'),
    }),
  ).toEqual(at('00:00:06.000'))
})

test('a start in the future is kept', () => {
  expect(
    scheduleStart({
      family: '3.4',
      engineNow: at('00:00:05.200'),
      downSince: null,
      wished: at('09:00:00'),
      endsAt: at('23:00:00'),
    }),
  ).toEqual(at('09:00:00'))
})

test('of a schedule that is over it lies before its end', () => {
  expect(
    scheduleStart({
      family: '3.4',
      engineNow: at('10:00:00'),
      downSince: null,
      wished: null,
      endsAt: at('09:00:00'),
    }),
  ).toEqual(at('08:59:59'))
})
