import { z } from 'zod'
import type { EngineUnderTest, FilesUnderTest } from './conformance/bench.ts'
import { askByHand, doByHand } from './by-hand.ts'

/** A server of 3.1 that was told of no storage. */
const NO_STORAGE = 60_002

/** Files of a real server's resource centre, by its own calls. */
export function realFiles(
  server: Pick<EngineUnderTest, 'fetch' | 'baseUrl' | 'token'>,
): FilesUnderTest {
  return {
    put: async (family, name, content) => {
      const [fileName = '', suffix = ''] = name.split('.')
      const folder = family === '3.1' ? '/' : `${await rootOf(server)}/`
      const form = { type: 'FILE', pid: -1, description: '', currentDir: folder }
      const asked = { ...form, fileName, suffix, content }
      const { code, msg } = await askByHand(server, 'POST', 'resources/online-create', asked)
      if (code !== 0 && code !== NO_STORAGE) throw new Error(`online-create: ${code} ${msg}`)
      return code === 0
    },
    remove: async ({ id, fullName }) => {
      if (id === null) await doByHand(server, 'DELETE', 'resources', { fullName, tenantCode: '' })
      else await doByHand(server, 'DELETE', `resources/${id}`)
    },
  }
}

async function rootOf(server: Parameters<typeof realFiles>[0]): Promise<string> {
  return z.string().parse(await doByHand(server, 'GET', 'resources/base-dir', { type: 'FILE' }))
}
