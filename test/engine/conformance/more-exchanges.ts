import type { RecordedFamily } from '#clients/dolphinscheduler/simulator/answers/kind.ts'
import { setUpOnline, startFields } from './scenario-users.ts'
import { create, definition, page, startWalk } from './walk.ts'
import type { Call, Fields, Walk } from './walk.ts'

interface At {
  readonly walk: Walk
  readonly other: Call
  readonly made: { readonly code: number }
  readonly project: string
  readonly projectCode: string
  readonly fields: Fields
}

interface Exchange {
  readonly family: RecordedFamily
  readonly name: string
  readonly ask: (family: RecordedFamily) => ReturnType<Call>
}

/** Recorded answers of kinds that stand on another recording. `other` is a user without rights. */
export const MORE_EXCHANGES: readonly Exchange[] = [
  ...of({ '3.1': '201-x-other-user-start', '3.2': 'other-user-start' }, (at) =>
    at.other(
      'POST',
      `${at.project}/executors/start-${at.walk.word}-instance`,
      startFields(at.walk, at.made),
    ),
  ),
  ...of({ '3.1': 'other-user-instance-get', '3.2': 'other-user-instance-get' }, (at) =>
    at.other('GET', `${at.project}/${at.walk.word}-instances/1`),
  ),
  ...of({ '3.1': 'other-user-log', '3.2': 'other-user-log' }, ({ other }) =>
    other('GET', '/log/detail', { taskInstanceId: 1, skipLineNum: 0, limit: 10 }),
  ),
  ...of({ '3.1': 'other-user-project-delete', '3.2': 'other-user-project-delete' }, (at) =>
    at.other('DELETE', at.project),
  ),
  ...of({ '3.1': 'other-user-projects', '3.2': 'other-user-projects' }, (at) => {
    at.walk.simulator.control.grantProject('other', at.projectCode)
    return at.other('GET', '/projects', page)
  }),
  ...of({ '3.2': 'read-user-definition-create' }, (at) =>
    asReader(at)('POST', `${at.project}/process-definition`, at.fields),
  ),
  ...of({ '3.2': 'read-user-definition-update' }, (at) =>
    asReader(at)('PUT', `${at.project}/process-definition/${at.made.code}`, at.fields),
  ),
  ...of({ '3.2': 'read-user-definition-release' }, (at) =>
    asReader(at)('POST', `${at.project}/process-definition/${at.made.code}/release`, {
      releaseState: 'OFFLINE',
    }),
  ),
  ...of({ '3.2': 'read-user-project-delete' }, (at) => asReader(at)('DELETE', at.project)),
  ...of({ '3.2': 'other-user-data-sources' }, ({ walk, other }) => {
    walk.simulator.control.addDataSource('warehouse', 'MYSQL')
    return other('GET', '/datasources', page)
  }),
  ...of({ '3.1': 'definition-release-sub-offline' }, releaseOverOfflineSub),
  ...of({ '3.2': 'instance-trigger-early' }, ({ walk, project }) =>
    walk.call('GET', `${project}/process-instances/trigger`, { triggerCode: 4242 }),
  ),
  ...of(
    { '3.1': 'schedule-page-unknown-definition', '3.2': 'schedule-page-unknown-definition' },
    ({ walk, project }) =>
      walk.call('GET', `${project}/schedules`, { ...page, processDefinitionCode: 4242 }),
  ),
]

/** A user whom the project is granted to for reading. */
function asReader({ walk, other, projectCode }: At): Call {
  walk.simulator.control.grantProject('other', projectCode, 'read')
  return other
}

function releaseOverOfflineSub({ walk, project, made }: At): ReturnType<Call> {
  const task = { taskType: 'SUB_PROCESS', taskParams: { processDefinitionCode: made.code } }
  const { base } = create(walk, project, definition({ name: 'wf-over', tasks: 1, task }))
  walk.call('POST', `${project}/process-definition/${made.code}/release`, {
    releaseState: 'OFFLINE',
  })
  return walk.call('POST', `${base}/release`, { releaseState: 'ONLINE' })
}

function of(
  names: Readonly<Partial<Record<RecordedFamily, string>>>,
  ask: (at: At) => ReturnType<Call>,
): readonly Exchange[] {
  const families = ['3.1', '3.2', '3.4'] as const
  return families.flatMap((family) => {
    const name = names[family]
    return name === undefined ? [] : [{ family, name, ask: (asked) => ask(setUp(asked)) }]
  })
}

/** One run of the admin's has come to its end. */
function setUp(family: RecordedFamily): At {
  const walk = startWalk(family)
  const { made, project, projectCode, fields } = setUpOnline(walk)
  walk.simulator.control.startInstance(String(made.code))
  walk.wait(5000)
  const other = walk.callAs(walk.simulator.control.addUser('other'))
  return { walk, other, made, project, projectCode, fields }
}
