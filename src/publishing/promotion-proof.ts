import type { OrgReader } from '../db/database.ts'
import { readJson } from '../db/json-column.ts'
import { Plan } from './plan.ts'
import { getPublication } from './publication-store.ts'

/** That both environments hold the same, but for the names that are theirs. */
export interface PromotionProof {
  readonly version: number
  readonly version_digest: string
  /** Of what the engine keeps of definition and schedule, in the document's own names; equal in all three. */
  readonly engine_part_digest: string
}

const Proved = Plan.pick({ version: true, version_digest: true, engine_part_digest: true })

/** What a promotion proved, as it stands on its record. */
export async function readProof(at: OrgReader, publicationId: string): Promise<PromotionProof> {
  const { plan } = await getPublication(at, publicationId)
  const { engine_part_digest: part, ...proof } = readJson(Proved, plan)
  return { ...proof, engine_part_digest: part ?? '' }
}
