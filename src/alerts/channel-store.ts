import type { OrgReader, OrgTx } from '../db/database.ts'
import { nameTaken } from '../db/mysql-errors.ts'
import type { NewRow, Row, RowPatch } from '../db/tables.ts'
import { AppError } from '../lib/errors.ts'

export async function findChannel(
  at: OrgReader,
  channelId: string,
): Promise<Row<'alert_channel'> | null> {
  return (await channelById(at, channelId).executeTakeFirst()) ?? null
}

export async function getChannel(at: OrgReader, channelId: string): Promise<Row<'alert_channel'>> {
  return (await findChannel(at, channelId)) ?? notFound(channelId)
}

/** Locked, so that switching it on or off and what becomes of its deliveries see each other. */
export async function lockChannel(tx: OrgTx, channelId: string): Promise<Row<'alert_channel'>> {
  return (await channelById(tx, channelId).forUpdate().executeTakeFirst()) ?? notFound(channelId)
}

function channelById(at: OrgReader, channelId: string) {
  return at.q
    .selectFrom('alert_channel')
    .selectAll()
    .where('org_id', '=', at.orgId)
    .where('channel_id', '=', channelId)
}

function notFound(channelId: string): never {
  throw new AppError('not_found', 'channel.not_found', `no alert channel "${channelId}"`)
}

export async function listChannels(
  at: OrgReader,
  page: { readonly after: string | null; readonly limit: number },
): Promise<readonly Row<'alert_channel'>[]> {
  let query = at.q
    .selectFrom('alert_channel')
    .selectAll()
    .where('org_id', '=', at.orgId)
    .orderBy('channel_id')
    .limit(page.limit + 1)
  if (page.after !== null) query = query.where('channel_id', '>', page.after)
  return query.execute()
}

export async function insertChannel(
  tx: OrgTx,
  channel: Omit<NewRow<'alert_channel'>, 'org_id'>,
): Promise<void> {
  await tx.q
    .insertInto('alert_channel')
    .values({ ...channel, org_id: tx.orgId })
    .execute()
    .catch(taken(channel.name))
}

/** False: it was changed since `revision` was read. */
export async function updateChannel(
  tx: OrgTx,
  channelId: string,
  change: RowPatch<'alert_channel'> & { readonly revision: number },
): Promise<boolean> {
  const result = await tx.q
    .updateTable('alert_channel')
    .set({ ...change, revision: change.revision + 1 })
    .where('org_id', '=', tx.orgId)
    .where('channel_id', '=', channelId)
    .where('revision', '=', change.revision)
    .executeTakeFirst()
    .catch(taken(change.name ?? ''))
  return result.numUpdatedRows > 0n
}

const taken = (name: string) =>
  nameTaken('alert_channel_name', { code: 'channel.exists', what: 'a channel', name })
