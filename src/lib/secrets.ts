import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { must } from './must.ts'

/** 32-byte keys by id. The first one encrypts; all of them decrypt. */
export type SecretKeys = ReadonlyMap<string, Buffer>

export interface SecretBox {
  /** `context` (table and row) is authenticated: a value moved to another row does not open. */
  seal(plain: string, context: string): string
  open(box: string, context: string): string
}

/** AES-256-GCM; a box reads `v1.<key id>.<iv>.<tag>.<ciphertext>`. */
export function createSecretBox(keys: SecretKeys): SecretBox {
  const [currentId] = keys.keys()
  const keyId = must(currentId, 'at least one secret key')
  return {
    seal(plain, context) {
      const iv = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', must(keys.get(keyId), 'current key'), iv)
      cipher.setAAD(Buffer.from(context))
      const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
      return [
        'v1',
        keyId,
        ...[iv, cipher.getAuthTag(), sealed].map((bytes) => bytes.toString('base64url')),
      ].join('.')
    },
    open(box, context) {
      const [version, id, iv, tag, sealed] = box.split('.')
      const key = keys.get(id ?? '')
      if (version !== 'v1' || !key) throw new Error(`no key "${id ?? ''}" for a stored secret`)
      const decipher = createDecipheriv('aes-256-gcm', key, part(iv))
      decipher.setAAD(Buffer.from(context))
      decipher.setAuthTag(part(tag))
      return Buffer.concat([decipher.update(part(sealed)), decipher.final()]).toString('utf8')
    },
  }
}

function part(text: string | undefined): Buffer {
  return Buffer.from(must(text, 'a whole secret box'), 'base64url')
}

/** Reads `id:base64,id2:base64` (SLIPWAY_KEYS). */
export function parseSecretKeys(text: string): SecretKeys {
  const keys = new Map<string, Buffer>()
  for (const entry of text.split(',')) {
    const [id, base64] = entry.trim().split(':')
    const key = Buffer.from(base64 ?? '', 'base64')
    if (!id || !/^[A-Za-z0-9_-]+$/.test(id) || key.length !== 32) {
      throw new Error('each secret key is <id>:<base64 of 32 bytes>')
    }
    keys.set(id, key)
  }
  return keys
}
