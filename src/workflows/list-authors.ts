import type { OrgReader } from '../db/database.ts'
import { readJson } from '../db/json-column.ts'
import { listAuthorTexts } from './version-store.ts'
import { Authors } from './workflow.ts'

/** Everybody who wrote on the versions after one up to another, the last included: what is published. */
export async function listAuthors(
  at: OrgReader,
  workflowId: string,
  range: { readonly after: number; readonly upTo: number },
): Promise<readonly string[]> {
  const texts = await listAuthorTexts(at, workflowId, range)
  return [...new Set(texts.flatMap((text) => readJson(Authors, text)))]
}
