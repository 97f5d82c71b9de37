import type { LiveState } from '../publishing/plan.ts'

/** A version says nothing of what is online, so no version can take that over; '': no state differs. */
export function stateHint(before: LiveState, now: LiveState): string {
  const what = stateThere(before, now)
  return what === null
    ? ''
    : `; only its state differs: ${what} there. To keep that or change it, publish \`offline\` or \`online\`; \`:restore\` brings back what was published`
}

function stateThere(before: LiveState, now: LiveState): string | null {
  if (before.is_online !== now.is_online) return `it is ${online(now.is_online)}`
  const [was, is] = [before.schedules[0]?.is_online, now.schedules[0]?.is_online]
  return is === undefined || was === is ? null : `its schedule is ${online(is)}`
}

const online = (isOnline: boolean): string => (isOnline ? 'online' : 'offline')
