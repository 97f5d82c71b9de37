import { z } from 'zod'
import { until } from './api-client.ts'
import { cardText } from './card.ts'
import type { Inbox } from './inbox.ts'
import { approvedPublish, saveDraft, WORKFLOW } from './publish-story.ts'
import type { Say } from './say.ts'
import type { Installation } from './set-up.ts'
import { LOAD_BROKEN } from './workflow.ts'

const Run = z.object({ run_id: z.string(), state: z.string() })
const Execution = z.object({
  run_id: z.string(),
  state: z.string(),
  environment: z.string(),
  version: z.number().nullable(),
  trigger: z.string(),
  duration_ms: z.number().nullable(),
})
const Detail = z.object({ executions: z.array(Execution) })
const Deliveries = z.object({ items: z.array(z.object({ state: z.string() })) })
const Findings = z.object({ items: z.array(z.object({ seen_count: z.number() })) })
const Alerts = z.object({ items: z.array(z.object({ state: z.string() })) })
const FINAL = new Set(['success', 'failure', 'stopped'])

/** One run in prod, to its end. */
async function runToEnd({ as }: Installation, expected: 'success' | 'failure'): Promise<string> {
  const started = await as.operator.post(`${WORKFLOW}/runs`, { environment: 'prod' }, Run)
  const run = await until(`the run ${started.run_id} to end`, async () => {
    const now = await as.viewer.get(`/runs/${started.run_id}`, Run)
    return FINAL.has(now.state) ? now : null
  })
  if (run.state !== expected) throw new Error(`the run ended ${run.state}, not ${expected}`)
  return run.run_id
}

export async function successStory(say: Say, installation: Installation): Promise<void> {
  const runId = await runToEnd(installation, 'success')
  say.step(`carol started it in prod; it ran on the engine to success (${runId})`)
  await showExecutions(say, installation)
}

/** A bug slips in; three failures in a row are one message, the fourth is none. */
export async function failureStory(
  say: Say,
  installation: Installation,
  inbox: Inbox,
): Promise<void> {
  const { as } = installation
  await saveDraft(as.author, LOAD_BROKEN)
  await as.author.post(`${WORKFLOW}/versions`, { note: 'use order_id' }, z.unknown())
  await approvedPublish(say, installation, { version: 3, note: 'use order_id' })
  for (const attempt of ['first', 'second', 'third']) {
    await runToEnd(installation, 'failure')
    say.step(`the ${attempt} run of v3 failed`)
  }
  await until('the message to the owner', () =>
    Promise.resolve(inbox.messages().length > 0 ? true : null),
  )
  await runToEnd(installation, 'failure')
  await until('the fourth failure to be judged', async () => {
    const { items } = await as.viewer.get('/findings?state=open', Findings)
    return items.some((finding) => finding.seen_count >= 2) ? true : null
  })
  await until('every delivery to be sent', async () => {
    const { items } = await as.viewer.get('/deliveries', Deliveries)
    return items.every((delivery) => delivery.state === 'sent') ? true : null
  })
  const messages = inbox.messages()
  if (messages.length !== 1) throw new Error(`the inbox holds ${messages.length} messages, not one`)
  say.step('after the third failure alice got one message, and none after the fourth:')
  say.detail(cardText(messages[0]?.body))
}

/** Back to what worked: a rollback is a new version, published like any other. */
export async function rollbackStory(say: Say, installation: Installation): Promise<void> {
  const { as } = installation
  const { version } = await as.author.post(
    `${WORKFLOW}/versions/2:rollback`,
    { note: 'back to v2' },
    z.object({ version: z.number() }),
  )
  await approvedPublish(say, installation, { version, note: 'back to v2' })
  await runToEnd(installation, 'success')
  await until('the alert to be resolved', async () => {
    const { items } = await as.viewer.get('/alerts', Alerts)
    return items.length > 0 && items.every((alert) => alert.state === 'resolved') ? true : null
  })
  say.step(`v${version} carries the content of v2; it ran to success and the alert is resolved`)
  await showExecutions(say, installation)
}

async function showExecutions(say: Say, { as }: Installation): Promise<void> {
  const { executions } = await as.viewer.get(WORKFLOW, Detail)
  say.step(`anybody who opens the workflow sees its last executions (${executions.length}):`)
  for (const run of executions) {
    say.detail(
      `${run.state.padEnd(8)} ${run.environment.padEnd(5)} v${run.version ?? '?'}  ${run.trigger.padEnd(8)} ${run.duration_ms ?? '-'} ms  ${run.run_id}`,
    )
  }
}
