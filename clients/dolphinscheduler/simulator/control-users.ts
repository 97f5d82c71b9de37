import { must } from '#src/lib/must.ts'
import type { User } from './state/access.ts'
import type { ProjectGrant, ProjectSpace, World } from './state/world.ts'

export interface NewUser {
  /** UTC when not given. */
  readonly timeZone?: string
  readonly isAdmin?: boolean
  /** Of the token; never when not given. */
  readonly expiresAt?: Date
}

/** What an administrator does for other users. */
export interface UserControl {
  /** Another user, without any project; answers a token. */
  addUser(name: string, user?: NewUser): string
  /**
   * The user may read and change the project, but delete only what is the user's own. With `read`,
   * which 3.1 does not know, saving a definition is refused, releasing one is not.
   */
  grantProject(userName: string, projectCode: string, grant?: ProjectGrant): void
  revokeProject(userName: string, projectCode: string): void
  grantDataSource(userName: string, dataSourceId: number): void
}

export function userControl(world: World): UserControl {
  const userOf = (name: string): User =>
    must(world.access.findUser(name), `user ${name} of the simulator`)
  const spaceOf = (code: string): ProjectSpace =>
    must(world.spaces.get(code), `project ${code} of the simulator`)
  return {
    addUser: (name, user = {}) => addUser(world, name, user),
    grantProject: (userName, projectCode, grant = 'all') => {
      if (grant === 'read' && world.rules.family === '3.1') {
        throw new Error('3.1 grants a project for all or not at all')
      }
      spaceOf(projectCode).grants.set(userOf(userName).id, grant)
    },
    revokeProject: (userName, projectCode) => {
      spaceOf(projectCode).grants.delete(userOf(userName).id)
    },
    grantDataSource: (userName, dataSourceId) => {
      const found = world.dataSources.find(({ id }) => id === dataSourceId)
      must(found, `data source ${dataSourceId} of the simulator`).grants.add(userOf(userName).id)
    },
  }
}

function addUser(
  { access }: World,
  name: string,
  { timeZone = 'UTC', isAdmin = false, expiresAt }: NewUser,
): string {
  const user = access.addUser({ name, isAdmin, timeZone })
  const token = `token-of-${name}`
  access.addToken({ token, user, expiresAt: expiresAt?.getTime() ?? Number.POSITIVE_INFINITY })
  return token
}
