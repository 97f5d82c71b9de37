/** Who may come in, and by what. */
export interface User {
  readonly id: number
  readonly name: string
  readonly isAdmin: boolean
  /** Most dates are read and written in it. */
  readonly timeZone: string
}

export interface AccessToken {
  readonly token: string
  readonly user: User
  readonly expiresAt: number
}

export interface Access {
  readonly admin: User
  addUser(user: Omit<User, 'id'>): User
  findUser(name: string): User | null
  findUserById(id: number): User | null
  addToken(token: AccessToken): void
  /** null: a stranger, or a token that has expired. */
  identify(token: string | null, now: number): User | null
}

export function createAccess(timeZone: string): Access {
  const admin: User = { id: 1, name: 'admin', isAdmin: true, timeZone }
  const users = [admin]
  const tokens = new Map<string, AccessToken>()
  return {
    admin,
    addUser: (fields) => {
      const user: User = { id: users.length + 1, ...fields }
      users.push(user)
      return user
    },
    findUser: (name) => users.find((user) => user.name === name) ?? null,
    findUserById: (id) => users.find((user) => user.id === id) ?? null,
    addToken: (token) => {
      tokens.set(token.token, token)
    },
    identify: (token, now) => {
      const known = tokens.get(token ?? '')
      return known !== undefined && known.expiresAt > now ? known.user : null
    },
  }
}
