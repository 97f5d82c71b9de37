import { z } from 'zod'
import type { Issue } from '../lib/errors.ts'
import { issueAt } from './pointer.ts'

export type Upgraded =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly issues: readonly Issue[] }

/** From one schema version to the next; pure, and total over whatever was valid then. */
export type Upgrade = (value: Readonly<Record<string, unknown>>) => Record<string, unknown>

const CURRENT = 'slipway/v1'
const UPGRADES: Readonly<Record<string, Upgrade>> = {}

const Versioned = z.looseObject({ apiVersion: z.string() })

/** Brings an older document to the current schema version, one step after the other. */
export function upgradeDocument(
  value: unknown,
  upgrades: Readonly<Record<string, Upgrade>> = UPGRADES,
): Upgraded {
  const versioned = Versioned.safeParse(value)
  if (!versioned.success) return { ok: true, value }
  let document: z.output<typeof Versioned> = versioned.data
  while (document.apiVersion !== CURRENT) {
    const { apiVersion } = document
    const upgrade = Object.hasOwn(upgrades, apiVersion) ? upgrades[apiVersion] : undefined
    if (!upgrade) {
      const message = `this build reads ${CURRENT}, not "${apiVersion}"`
      return { ok: false, issues: [issueAt(['apiVersion'], 'unknown_version', message)] }
    }
    document = Versioned.parse(upgrade(document))
  }
  return { ok: true, value: document }
}
