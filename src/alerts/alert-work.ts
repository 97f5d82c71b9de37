import { forOrg, type Db } from '../db/database.ts'
import { databaseNow } from '../db/now.ts'
import { listUnprepared } from './alert-store.ts'
import { listDue, listDueChannels, type DueChannel } from './delivery-store.ts'

interface WorkDeps {
  readonly db: Db
}

/** Alerts whose message is to be written, by the database's clock. */
export async function listAlertsToPrepare(
  deps: WorkDeps,
  limit: number,
): Promise<readonly { readonly org_id: string; readonly alert_id: string }[]> {
  return listUnprepared(deps.db, await databaseNow(deps.db), limit)
}

/** Channels with something to send now, but for those that are busy already. */
export async function listChannelsToServe(
  deps: WorkDeps,
  which: { readonly except: readonly string[]; readonly limit: number },
): Promise<readonly DueChannel[]> {
  return listDueChannels(deps.db, await databaseNow(deps.db), which)
}

/** Deliveries to send now at one channel, oldest first. */
export async function listDeliveriesToSend(
  deps: WorkDeps,
  channel: DueChannel,
  limit: number,
): Promise<readonly string[]> {
  const now = await databaseNow(deps.db)
  return listDue(forOrg(deps.db, channel.org_id), channel.channel_id, { now, limit })
}
