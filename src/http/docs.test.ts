import { expect, test } from 'vitest'
import { mountDocs } from './docs.ts'
import { createRouter } from './endpoint.ts'

test('the page shows who may call what, and keeps the token that was typed in', async () => {
  const root = createRouter()
  mountDocs(root)

  const script = await (await root.request('/docs/start.js')).text()

  expect(script).toContain('"showExtensions":true')
  expect(script).toContain('"persistAuthorization":true')
})
