import { createHash, randomBytes } from 'node:crypto'

/** `slp_` and 32 random bytes: too long to guess, so a plain SHA-256 is enough to store. */
export function makeToken(): string {
  return `slp_${randomBytes(32).toString('base64url')}`
}

export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
