import { isReserved } from './reserved.ts'
import { Identifier } from './values.ts'

/**
 * An identifier out of a name, where none of its letters and digits is lost: accents fall, anything
 * between words is `_`. null: it cannot be said so.
 */
export function slugOf(name: string, prefix: 'wf' | 'task'): string | null {
  const plain = name.normalize('NFKD').replaceAll(/\p{M}/gu, '')
  if (/[^\p{ASCII}]/u.test(plain.replaceAll(/[^\p{L}\p{N}]/gu, ''))) return null
  const words = plain.replaceAll(/[^A-Za-z0-9_-]+/g, '_').replaceAll(/^[^A-Za-z0-9]+|_+$/g, '')
  const slug = /^[A-Za-z]/.test(words) ? words : `${prefix}_${words}`
  return words !== '' && Identifier.safeParse(slug).success && !isReserved(slug) ? slug : null
}
