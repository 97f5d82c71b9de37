import { randomBytes } from 'node:crypto'
import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseSecretKeys, type SecretKeys } from './lib/secrets.ts'

/** The configured keys, or those of a key file in `home` that is made on the first start. */
export async function loadSecretKeys({
  secretKeys,
  home,
}: {
  readonly secretKeys: string | null
  readonly home: string
}): Promise<SecretKeys> {
  if (secretKeys !== null) return parseSecretKeys(secretKeys)
  const path = join(home, 'secret-keys')
  const found = await readIfThere(path)
  return parseSecretKeys(found ?? (await makeKeyFile(home, path)))
}

/** Written aside and linked into place: of two first starts one wins, and both read the same key. */
async function makeKeyFile(home: string, path: string): Promise<string> {
  await mkdir(home, { recursive: true })
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`
  await writeFile(draft, `k1:${randomBytes(32).toString('base64')}\n`, { mode: 0o600 })
  try {
    await link(draft, path)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  } finally {
    await unlink(draft)
  }
  return readFile(path, 'utf8')
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}
