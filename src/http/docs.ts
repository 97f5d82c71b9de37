import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { AppError } from '../lib/errors.ts'
import type { Router } from './endpoint.ts'

const ASSETS: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css',
  'swagger-ui-bundle.js': 'text/javascript',
  'favicon-32x32.png': 'image/png',
}
// Roles and scopes are extensions of each operation (`x-roles`), which are hidden unless asked for.
const OPTIONS = {
  url: '/openapi.json',
  dom_id: '#docs',
  deepLinking: true,
  showExtensions: true,
  persistAuthorization: true,
}
const START = `window.ui = SwaggerUIBundle(${JSON.stringify(OPTIONS)})`
const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Slipway API</title>
    <link rel="icon" href="/docs/favicon-32x32.png" />
    <link rel="stylesheet" href="/docs/swagger-ui.css" />
  </head>
  <body>
    <div id="docs"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`

export const OPENAPI_INFO = {
  openapi: '3.1.0',
  info: {
    title: 'Slipway',
    version: '1',
    description: 'Release control for Apache DolphinScheduler.',
  },
  servers: [{ url: '/' }],
}

/** `/openapi.json`, and `/docs` to read it; the page brings its own files and asks no CDN. */
export function mountDocs(root: Router): void {
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))
  root.openAPIRegistry.registerComponent('securitySchemes', 'token', {
    type: 'http',
    scheme: 'bearer',
  })
  root.get('/openapi.json', (c) => c.json(root.getOpenAPI31Document(OPENAPI_INFO)))
  root.get('/docs', (c) => c.html(PAGE))
  root.get('/docs/start.js', (c) => c.body(START, 200, { 'content-type': 'text/javascript' }))
  root.get('/docs/:asset', async (c) => {
    const asset = c.req.param('asset')
    const type = Object.hasOwn(ASSETS, asset) ? ASSETS[asset] : undefined
    if (type === undefined) throw new AppError('not_found', 'request.not_found', 'no such route')
    return c.body(await readFile(join(folder, asset)), 200, { 'content-type': type })
  })
}
