import { recordAudit } from '../audit/record-audit.ts'
import { forOrg, inTx, type Db } from '../db/database.ts'
import { databaseNow } from '../db/now.ts'
import type { Call } from '../lib/call.ts'
import { AppError } from '../lib/errors.ts'
import type { Clock } from '../lib/time.ts'
import { toDeliveryView } from './alerts.ts'
import { lockChannel } from './channel-store.ts'
import { getDelivery, markDueAgain } from './delivery-store.ts'

export interface RedeliverDeps {
  readonly db: Db
  readonly now: Clock
}

/** Sends a message once more; its id stays, so a receiver that has it can tell. */
export async function redeliver(
  deps: RedeliverDeps,
  call: Call,
  input: { readonly deliveryId: string },
) {
  const at = forOrg(deps.db, call.orgId)
  await inTx(at, async (tx) => {
    const delivery = await getDelivery(tx, input.deliveryId)
    const channel = await lockChannel(tx, delivery.channel_id)
    if (!channel.is_enabled) throw wrongState('parked', 'its channel is switched off')
    if (!(await markDueAgain(tx, input.deliveryId, await databaseNow(tx.q))))
      throw wrongState('sending', 'it is being sent')
    await recordAudit(tx, call, {
      action: 'alert.redeliver',
      subjectType: 'alert',
      subjectId: delivery.alert_id,
      before: { state: delivery.state },
      after: { delivery_id: input.deliveryId },
      at: deps.now(),
    })
  })
  return toDeliveryView(await getDelivery(at, input.deliveryId))
}

function wrongState(state: string, why: string): AppError {
  return new AppError('conflict', 'delivery.wrong_state', `the delivery cannot be sent: ${why}`, {
    details: { state },
  })
}
