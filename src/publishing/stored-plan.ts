import type { Plan } from './plan.ts'

/** The two definitions, 5 MB each at most, and all of this have to fit into the 16 MB that MariaDB takes at once. */
const MAX_CHARS = 500_000

/** As it is kept: what it changes in words only so far, and by fields not at all where that is longer. */
export function toStoredPlan(plan: Plan): Plan {
  const { changes, changes_text: changesText, drift_text: driftText } = plan
  const isLong = changes !== null && JSON.stringify(changes).length > MAX_CHARS
  return {
    ...plan,
    changes: isLong ? null : changes,
    changes_text: shortened(changesText, placeOfChanges(plan)),
    drift_text: driftText && shortened(driftText, placeOfDrift(plan)),
  }
}

function placeOfChanges({ workflow_id: id, version, deployed_version: deployed }: Plan): string {
  return deployed === null
    ? `/workflows/${id}/versions/${version}`
    : `/workflows/${id}/diff?from=v${deployed}&to=v${version}`
}

function placeOfDrift(plan: Plan): string {
  const { workflow_id: id, deployed_version: deployed, environment_id: environmentId } = plan
  return `/workflows/${id}/diff?from=v${deployed}&to=live:${environmentId}`
}

/** Nothing is left out unsaid: an approver reads on at `place`. */
function shortened(text: string, place: string): string {
  if (text.length <= MAX_CHARS) return text
  const kept = text.slice(0, MAX_CHARS).toWellFormed()
  return `${kept}\n… ${text.length - MAX_CHARS} more characters are not kept here: GET ${place} tells all\n`
}
