import { expect, test } from 'vitest'
import { createLog } from './log.ts'

test('a line is JSON with the agreed names', () => {
  const lines: string[] = []
  const log = createLog({ level: 'info', write: (line) => lines.push(line) })

  log
    .child({ workflow_id: 'w1' })
    .info({ event: 'run.started', duration_ms: 3, status: 'running' }, 'started')

  expect(JSON.parse(lines[0] ?? '')).toEqual({
    level: 'info',
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    service: 'slipway',
    workflow_id: 'w1',
    event: 'run.started',
    duration_ms: 3,
    status: 'running',
    message: 'started',
  })
})

test('secrets are redacted at any depth that we write', () => {
  const lines: string[] = []
  const log = createLog({ level: 'info', write: (line) => lines.push(line) })

  log.info(
    {
      token: 'a-secret',
      cluster: { token: 'a-secret' },
      request: { headers: { authorization: 'a-secret' } },
    },
    'x',
  )

  expect(lines.join('')).not.toContain('a-secret')
})
