import { must } from '#src/lib/must.ts'
import { accept, refuse } from '../answers/reply.ts'
import type { Reply } from '../answers/reply.ts'
import { contentRow, globalParamList } from '../rows/definition-row.ts'
import { removeInstance } from '../state/interrupt.ts'
import type { Content, Definition } from '../state/model.ts'
import { definitionTimeline, openInstances } from '../state/runs.ts'
import { subDefinition } from '../state/sub-definition.ts'
import type { ProjectSpace } from '../state/world.ts'
import { nextContent, readDefinitionForm } from './definition-form.ts'
import { inDefinition, mayWrite, mayDelete, toWrite } from './route.ts'
import type { Ask, InDefinition, Route } from './route.ts'

const BASE = '/projects/{project}/{definitions}'

export const definitionRoutes: readonly Route[] = [
  { method: 'POST', path: BASE, answer: createDefinition },
  { method: 'PUT', path: `${BASE}/{code}`, answer: inDefinition(updateDefinition, toWrite) },
  { method: 'DELETE', path: `${BASE}/{code}`, answer: inDefinition(deleteDefinition) },
  { method: 'POST', path: `${BASE}/{code}/release`, answer: inDefinition(releaseDefinition) },
]

function createDefinition(ask: Ask): Reply {
  const { world, rules, now } = ask
  const projectCode = ask.path['project'] ?? ''
  const space = world.spaces.get(projectCode)
  if (!space) return refuse(rules, 'project.missing_for_create')
  if (!mayWrite(ask.user, space)) {
    return refuse(rules, 'project.create_forbidden', [ask.user.name, projectCode])
  }
  const form = readDefinitionForm(ask, null)
  if ('refusal' in form) return form.refusal
  const { name } = form.content
  if (space.codesByName.has(name)) return refuse(rules, 'definition.exists', [name])
  const content = nextContent(ask, form.content, null)
  const definition: Definition = {
    id: world.nextId('definition'),
    code: world.nextCode(),
    projectCode,
    user: ask.user,
    createdAt: now,
    updatedAt: now,
    content,
    versions: [content],
    isOnline: false,
    scheduleIds: new Set(),
    openInstances: new Set(),
  }
  space.definitions.set(definition.code, definition)
  world.definitions.set(definition.code, definition)
  space.codesByName.set(name, definition.code)
  const told = contentRow(rules, definition, content)
  const version = isOldNumberTold(ask) ? 0 : 1
  return accept(rules, 'definition.created', { ...told, version })
}

/** Up to 3.3 a save answers with the number before it. */
function isOldNumberTold({ rules }: Ask): boolean {
  return rules.family !== '3.4'
}

function updateDefinition(...[ask, { space, definition }]: Parameters<InDefinition>): Reply {
  const { rules, params, now } = ask
  const before = definition.content
  const form = readDefinitionForm(ask, before)
  // Only a create keeps its status when it refuses.
  if ('refusal' in form) return { ...form.refusal, status: 200 }
  if (definition.isOnline) return refuse(rules, 'definition.not_editable', [before.name])
  const { name } = form.content
  if (name !== before.name && space.codesByName.has(name)) {
    return refuse(rules, 'definition.rename_taken', [name])
  }
  space.codesByName.delete(before.name)
  space.codesByName.set(name, definition.code)
  // The number goes on from the highest, also after a switch to an older one.
  const { version } = must(definition.versions.at(-1), 'a version')
  definition.content = nextContent(ask, form.content, { ...before, version })
  definition.versions.push(definition.content)
  definition.updatedAt = now
  const isReleased = params.get('releaseState') === 'ONLINE'
  const offline = isReleased ? offlineSub(ask, definition) : null
  if (offline !== null) return refuse(rules, 'definition.sub_offline', [offline])
  definition.isOnline = isReleased
  const told = updateRow(ask, definition, before)
  return isReleased
    ? accept(rules, 'definition.updated_and_released', rules.family === '3.1' ? null : told)
    : accept(rules, 'definition.updated', told)
}

function updateRow(ask: Ask, definition: Definition, before: Content) {
  const { rules } = ask
  return {
    ...contentRow(rules, definition, definition.content),
    id: definition.id,
    version: isOldNumberTold(ask) ? before.version : definition.content.version,
    releaseState: definition.isOnline ? 'ONLINE' : 'OFFLINE',
    globalParamList: globalParamList(before),
  }
}

function releaseDefinition(...[ask, { space, definition }]: Parameters<InDefinition>): Reply {
  const { rules, params } = ask
  const state = params.get('releaseState')
  if (state !== 'ONLINE' && state !== 'OFFLINE') return refuse(rules, 'definition.release_failed')
  if (state === 'OFFLINE') {
    // 3.1 looks for the one schedule, and breaks on a second.
    const isBroken = !rules.isOneScheduleEach && definition.scheduleIds.size > 1
    if (isBroken) return refuse(rules, 'definition.release_of_two_schedules')
    takeSchedulesDown(space, definition)
  }
  const offline = state === 'ONLINE' ? offlineSub(ask, definition) : null
  if (offline !== null) return refuse(rules, 'definition.sub_offline', [offline])
  definition.isOnline = state === 'ONLINE'
  return accept(rules, 'definition.released', rules.family === '3.1' ? null : true)
}

/** The name of a sub-workflow that is not online, which 3.1 does not look for. */
function offlineSub({ world, rules }: Ask, { content }: Definition): string | null {
  if (rules.family === '3.1') return null
  const subs = content.tasks.map(({ fields }) => subDefinition(world, fields))
  return subs.find((sub) => sub?.isOnline === false)?.content.name ?? null
}

function takeSchedulesDown(space: ProjectSpace, definition: Definition): void {
  for (const id of definition.scheduleIds) {
    const schedule = space.schedules.get(id)
    if (schedule) schedule.isOnline = false
  }
}

function deleteDefinition(...[ask, { space, definition }]: Parameters<InDefinition>): Reply {
  const { world, rules, now, user } = ask
  if (!mayDelete(user, definition)) return refuse(rules, 'definition.not_own')
  if (definition.isOnline) {
    return refuse(rules, 'definition.still_online', [definition.content.name])
  }
  const running = openInstances(world, definition, now).length
  if (running > 0) return refuse(rules, 'definition.still_running', [running])
  if (rules.doesDeleteTakeInstances) {
    const everything = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY }
    const own = definitionTimeline(space, definition.code)
    const { rows } = own.page(everything, { offset: 0, limit: own.size })
    for (const instance of rows) removeInstance(world, instance)
  }
  for (const id of definition.scheduleIds) space.schedules.delete(id)
  space.definitions.delete(definition.code)
  world.definitions.delete(definition.code)
  space.codesByName.delete(definition.content.name)
  return accept(rules, 'definition.deleted', null)
}
