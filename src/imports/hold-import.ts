import type { OrgTx } from '../db/database.ts'
import { lockImport, type ImportRow } from './import-store.ts'

/** Another replica has the import now, or a person ended it. */
export class ImportLost extends Error {
  override readonly name = 'ImportLost'
}

/** Writes follow only while the import is ours, and in the state that is worked on. */
export async function holdImport(
  tx: OrgTx,
  owner: string,
  { import_id: importId, state }: Pick<ImportRow, 'import_id' | 'state'>,
): Promise<void> {
  const current = await lockImport(tx, importId)
  if (current.lease_owner !== owner || current.state !== state)
    throw new ImportLost('the import went on without us')
}
