import { z } from 'zod'

export const OPERATIONS = ['deploy', 'online', 'offline', 'undeploy'] as const
export type Operation = (typeof OPERATIONS)[number]

export const PUBLICATION_STATES = [
  'pending_approval',
  'approved',
  'applying',
  'succeeded',
  'failed',
  'compensated',
  'stuck',
  'abandoned',
  'rejected',
  'cancelled',
  'expired',
  'stale',
] as const
export type PublicationState = (typeof PUBLICATION_STATES)[number]

/** These hold the place: no other publication of the workflow and environment may be under way. */
export const ACTIVE_STATES: ReadonlySet<string> = new Set([
  'pending_approval',
  'approved',
  'applying',
  'stuck',
])

/** One active publication a (workflow, environment): a unique key sees to it. */
export function activeKey(workflowId: string, environmentId: string): string {
  return `${workflowId}/${environmentId}`
}

/** What went wrong, and what could not be put back. */
export const Failure = z.object({
  code: z.string(),
  message: z.string(),
  step: z.string().nullable(),
  engine_code: z.number().nullable(),
  engine_message: z.string().nullable(),
  /** Named one by one; empty when everything is as it was. */
  not_restored: z.array(z.string()),
})
export type Failure = z.output<typeof Failure>

export const PublishOptions = z.object({
  /** `deploy` only: bring definition and schedule online as well. */
  online: z.boolean().default(false),
  /** Restores only: these states exactly, whatever the engine has now. */
  restores: z.object({ is_online: z.boolean(), is_schedule_online: z.boolean() }).optional(),
})
export type PublishOptions = z.output<typeof PublishOptions>

/** What rules and alerts hear of a publication that came to an end, or to a halt. */
export interface EndedPublication {
  readonly publicationId: string
  readonly workflowId: string
  readonly environmentId: string
  readonly operation: string
  readonly state: PublicationState
  readonly requestedByName: string
  /** One sentence; null when it succeeded. */
  readonly failure: string | null
  /** Somebody else saved it on the engine inside of our own window. */
  readonly isConcurrentEdit: boolean
}
