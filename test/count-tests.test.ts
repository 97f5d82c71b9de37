import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

const script = resolve(import.meta.dirname, '../scripts/count-tests.mjs')
let dir: string

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'slipway-count-'))
})

afterEach(() => rmSync(dir, { recursive: true, force: true }))

function report(name: string, files: readonly (readonly [string, readonly string[]])[]): string {
  const path = join(dir, `${name}.json`)
  const testResults = files.map(([status, tests]) => ({
    status,
    assertionResults: tests.map((state) => ({ status: state })),
  }))
  writeFileSync(path, JSON.stringify({ testResults }))
  return path
}

function count(...paths: readonly string[]): string {
  return execFileSync(process.execPath, [script, ...paths], { encoding: 'utf8' })
}

test('tests of several reports are added up', () => {
  const one = report('one', [['passed', ['passed', 'passed']]])
  const two = report('two', [['failed', ['passed', 'failed']]])

  expect(count(one, two)).toBe('3 1\n')
})

test('a skipped test, a file that did not load and a missing report are failures', () => {
  const skipped = report('skipped', [['passed', ['passed', 'pending', 'todo']]])
  const unloaded = report('unloaded', [['failed', []]])

  expect(count(skipped, unloaded, join(dir, 'missing.json'))).toBe('1 4\n')
})
