import { expect, test } from 'vitest'
import { pathOfRequest, routedPath } from './verb-path.ts'

test('a documented verb becomes a segment of its own', () => {
  expect(routedPath('/runs/{run_id}:cancel')).toBe('/runs/{run_id}/~cancel')
  expect(routedPath('/runs/{run_id}')).toBe('/runs/{run_id}')
})

test('a request is routed the same way', () => {
  expect(pathOfRequest(new Request('http://x/api/v1/runs/r1:cancel?a=b:c'))).toBe(
    '/api/v1/runs/r1/~cancel',
  )
  expect(pathOfRequest(new Request('http://x/runs/r1'))).toBe('/runs/r1')
})

test('the inner form is nothing that a caller can use', () => {
  expect(pathOfRequest(new Request('http://x/runs/r1/~cancel'))).toBe('/~')
})

test('an id with a space behind it is not that id', () => {
  expect(pathOfRequest(new Request('http://x/workflows/w%20'))).toBe('/~')
  expect(pathOfRequest(new Request('http://x/workflows/w /versions'))).toBe('/~')
  expect(pathOfRequest(new Request('http://x/runs/r%20:cancel'))).toBe('/~')
  expect(pathOfRequest(new Request('http://x/workflows/a%20b'))).toBe('/workflows/a%20b')
})
