import { z } from 'zod'
import type { Issue } from '../lib/errors.ts'

export type Upgraded =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly issues: readonly Issue[] }

const CURRENT = 'slipway/v1'
/** From an older schema version to the next; pure, and never changes stored bytes. */
const UPGRADERS: Readonly<Record<string, (value: object) => object>> = {}

const Versioned = z.looseObject({ apiVersion: z.string() })

/** Brings an older document to the current schema version, one step after the other. */
export function upgradeDocument(value: unknown): Upgraded {
  const versioned = Versioned.safeParse(value)
  if (!versioned.success) return { ok: true, value }
  let document = versioned.data
  while (document.apiVersion !== CURRENT) {
    const upgrade = Object.hasOwn(UPGRADERS, document.apiVersion)
      ? UPGRADERS[document.apiVersion]
      : undefined
    if (!upgrade) {
      const message = `this build reads ${CURRENT}, not "${document.apiVersion}"`
      return {
        ok: false,
        issues: [{ pointer: '/apiVersion', code: 'definition.unknown_version', message }],
      }
    }
    document = Versioned.parse(upgrade(document))
  }
  return { ok: true, value: document }
}
