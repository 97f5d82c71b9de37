import type { Effects } from './table-names.ts'

type Node = Readonly<Record<string, unknown>>

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

interface TableName {
  readonly name: string
  readonly isQualified: boolean
}

/** `{ name: { name }, schema: { name } }`; where a column says its table, the name is plain. */
function tableOf(value: unknown): TableName | null {
  if (!isNode(value) || !isNode(value['name'])) return null
  const last = value['name']['name']
  if (typeof last !== 'string' || last === '') return null
  const before = [value['catalog'], value['schema']].flatMap((part) =>
    isNode(part) && typeof part['name'] === 'string' ? [part['name']] : [],
  )
  return { name: [...before, last].join('.'), isQualified: before.length > 0 }
}

/** `{ table }`, or that under an alias. */
function tableUnder(value: unknown): unknown {
  if (!isNode(value)) return null
  if (isNode(value['alias'])) return tableUnder(value['alias']['this'])
  return value['table'] ?? null
}

interface Scope {
  /** Common table expressions in sight, in small letters. */
  readonly ctes: ReadonlySet<string>
}

interface State {
  readonly reads: string[]
  readonly writes: string[]
  readonly temporary: string[]
  /** In small letters. */
  readonly aliases: Set<string>
  /** Tables that are what a statement changes and not what it reads. */
  readonly targets: WeakSet<object>
  readonly visits: { readonly value: unknown; readonly scope: Scope }[]
  isUnderstood: boolean
}

/** Roots that are known to say all of their tables in the tree. */
const ROOTS = new Set(
  'select union intersect except subquery values paren insert multitable_inserts update delete merge copy refresh cache create_table create_view describe'.split(
    ' ',
  ),
)
/** Where the parser kept text that it did not understand. */
const OPAQUE = new Set(['command', 'Raw', 'raw'])
const WITHOUT_TABLES = new Set(['hint', 'hints', 'alias', 'span'])
const TEMPORARY = /temp|volatile/i

/** What one parsed statement does to datasets; null: not all of it is understood. */
export function effectsOfTree(root: unknown): Effects | null {
  if (!isNode(root) || !Object.keys(root).every((key) => ROOTS.has(key))) return null
  const state: State = {
    reads: [],
    writes: [],
    temporary: [],
    targets: new WeakSet(),
    aliases: new Set(),
    visits: [{ value: root, scope: { ctes: new Set() } }],
    isUnderstood: true,
  }
  // A list that grows while it is walked, and no recursion: a chain of 20,000 ANDs is as deep.
  for (const visit of state.visits) look(state, visit.value, visit.scope)
  const { reads, writes, temporary } = state
  const isClear = reads.every((name) => !isInsideOf(state.aliases, name))
  return state.isUnderstood && isClear ? { reads, writes, temporary, dropped: [] } : null
}

/** `FROM orders o, o.items`: a table of the schema `o`, or a column? Dialects differ. */
function isInsideOf(aliases: ReadonlySet<string>, name: string): boolean {
  const [first = '', ...rest] = name.toLowerCase().split('.')
  return rest.length > 0 && aliases.has(first)
}

function look(state: State, value: unknown, scope: Scope): void {
  if (Array.isArray(value))
    return value.forEach((item) => state.visits.push({ value: item, scope }))
  if (!isNode(value)) return
  const inside = withCtes(state, value, scope)
  for (const [key, child] of Object.entries(value)) {
    if (key === 'with' || WITHOUT_TABLES.has(key) || child === null) continue
    if (OPAQUE.has(key)) state.isUnderstood = false
    const kind = isNode(child) ? STATEMENTS[key] : undefined
    if (kind && isNode(child)) kind(state, child, withCtes(state, child, inside))
    else lookAtChild(state, { key, child, scope: inside })
  }
}

function lookAtChild(
  state: State,
  { key, child, scope }: { readonly key: string; readonly child: unknown; readonly scope: Scope },
): void {
  const table = key === 'table' ? tableOf(child) : null
  if (table) {
    const isCte = !table.isQualified && scope.ctes.has(table.name.toLowerCase())
    const isTarget = isNode(child) && state.targets.has(child)
    if (!isCte && !isTarget) state.reads.push(table.name)
    const alias = isNode(child) ? asNode(child['alias'])['name'] : null
    if (typeof alias === 'string') state.aliases.add(alias.toLowerCase())
  }
  state.visits.push({ value: child, scope })
}

/** Each expression sees those before it, and itself only where it is recursive. */
function withCtes(state: State, node: Node, scope: Scope): Scope {
  const list = isNode(node['with']) ? node['with'] : null
  if (!list) return scope
  const ctes = new Set(scope.ctes)
  for (const cte of listOf(list['ctes'])) {
    if (!isNode(cte) || !isNode(cte['alias'])) continue
    const name = String(cte['alias']['name']).toLowerCase()
    if (list['recursive'] === true) ctes.add(name)
    state.visits.push({ value: cte['this'], scope: { ctes: new Set(ctes) } })
    ctes.add(name)
  }
  return { ctes }
}

type StatementKind = (state: State, node: Node, scope: Scope) => void

const STATEMENTS: Readonly<Record<string, StatementKind>> = {
  insert(state, node, scope) {
    if (!isNode(node['function_target'])) write(state, node['table'])
    lookAtAll(state, node, { scope, except: ['table'] })
  },
  update(state, node, scope) {
    const others = listOf(node['extra_tables'])
    const tables = directTables(node, [node['table'], ...others])
    const changed = listOf(node['set']).flatMap((pair) => prefixOf(listOf(pair)[0]))
    const named = changed.flatMap((name) => resolve(tables, name))
    const targets = named.length > 0 ? named : resolveTarget(tables, node['table'])
    writeAll(state, targets, tables)
    readAll(state, [node['table'], ...others], { scope, tables })
    lookAtAll(state, node, { scope, except: ['table', 'extra_tables'] })
  },
  delete(state, node, scope) {
    const using = listOf(node['using'])
    const tables = directTables(node, [
      { ...asNode(node['table']), alias: node['alias'] },
      ...using,
    ])
    const listed = listOf(node['tables'])
    const wanted = listed.length > 0 ? listed : [node['table']]
    writeAll(
      state,
      wanted.flatMap((target) => resolveTarget(tables, target)),
      tables,
    )
    readAll(state, [node['table'], ...using], { scope, tables })
    lookAtAll(state, node, { scope, except: ['table', 'tables', 'using'] })
  },
  merge(state, node, scope) {
    write(state, tableUnder(node['this']))
    lookAtAll(state, node, { scope, except: ['this'] })
  },
  create_table(state, node, scope) {
    const isTemporary = node['temporary'] === true || TEMPORARY.test(String(node['table_modifier']))
    const clone = tableOf(node['clone_source'])
    if (isTemporary) remember(state, node['name'])
    else write(state, node['name'])
    if (!clone && !isNode(node['as_select'])) state.isUnderstood = false
    if (clone) state.reads.push(clone.name)
    state.visits.push({ value: node['as_select'], scope })
  },
  create_view(state, node, scope) {
    if (node['temporary'] === true) remember(state, node['name'])
    else write(state, node['name'])
    state.visits.push({ value: node['query'], scope })
  },
  into(state, node) {
    if (node['temporary'] === true) remember(state, tableUnder(node['this']))
    else write(state, tableUnder(node['this']))
  },
  copy(state, node, scope) {
    if (node['kind'] === true) write(state, tableUnder(node['this']))
    else state.visits.push({ value: node['this'], scope })
  },
  refresh(state, node) {
    write(state, tableUnder(node['this']))
  },
  cache(state, node, scope) {
    const name = asNode(node['table'])['name']
    if (typeof name === 'string') state.temporary.push(name)
    state.visits.push({ value: node['query'], scope })
  },
  describe() {
    // Nothing is run.
  },
}

function asNode(value: unknown): Node {
  return isNode(value) ? value : {}
}

function write(state: State, table: unknown): void {
  const name = tableOf(table)
  if (name) state.writes.push(name.name)
}

function remember(state: State, table: unknown): void {
  const name = tableOf(table)
  if (name) state.temporary.push(name.name)
}

function lookAtAll(
  state: State,
  node: Node,
  { scope, except }: { readonly scope: Scope; readonly except: readonly string[] },
): void {
  const rest = Object.entries(node).filter(([key]) => key !== 'with' && !except.includes(key))
  for (const [key, child] of rest) state.visits.push({ value: { [key]: child }, scope })
}

interface DirectTable {
  readonly node: object
  readonly name: string
  /** What the statement calls it, in small letters. */
  readonly called: readonly string[]
}

/** The tables that an UPDATE or DELETE names beside its subqueries. */
function directTables(node: Node, own: readonly unknown[]): readonly DirectTable[] {
  const from = listOf(asNode(node['from_clause'])['expressions'])
  const joins = ['joins', 'from_joins', 'table_joins'].flatMap((key) =>
    listOf(node[key]).map((join) => asNode(join)['this']),
  )
  return [...own, ...[...from, ...joins].map(tableUnder)].flatMap((table) => {
    const name = tableOf(table)
    if (!name || !isNode(table)) return []
    const alias = asNode(table['alias'])['name']
    const last = name.name.split('.').at(-1) ?? name.name
    const called = [name.name, last, ...(typeof alias === 'string' ? [alias] : [])]
    return [{ node: table, name: name.name, called: called.map((each) => each.toLowerCase()) }]
  })
}

/** `o.v`, as the parser keeps what an UPDATE sets, is about what is called `o`. */
function prefixOf(column: unknown): readonly string[] {
  const name = asNode(column)['name']
  if (typeof name !== 'string' || !name.includes('.')) return []
  return [name.slice(0, name.lastIndexOf('.'))]
}

function resolve(tables: readonly DirectTable[], called: string): readonly string[] {
  const name = called.toLowerCase()
  // An alias wins over a table of that name: the last way of calling is the alias.
  const found =
    tables.find((table) => table.called.length > 2 && table.called[2] === name) ??
    tables.find((table) => table.called.includes(name))
  return found ? [found.name] : []
}

function resolveTarget(tables: readonly DirectTable[], target: unknown): readonly string[] {
  const name = tableOf(target)
  if (!name) return []
  if (name.isQualified) return [name.name]
  const found = resolve(tables, name.name)
  return found.length > 0 ? found : [name.name]
}

function writeAll(state: State, names: readonly string[], tables: readonly DirectTable[]): void {
  state.writes.push(...new Set(names))
  for (const table of tables) if (names.includes(table.name)) state.targets.add(table.node)
}

/** Named beside the FROM clause; what is only another name of a table is none. */
function readAll(
  state: State,
  nodes: readonly unknown[],
  { scope, tables }: { readonly scope: Scope; readonly tables: readonly DirectTable[] },
): void {
  for (const node of nodes) {
    const name = tableOf(node)
    if (!name || !isNode(node)) continue
    const [resolved = name.name] = resolveTarget(tables, node)
    const isCte = !name.isQualified && scope.ctes.has(resolved.toLowerCase())
    if (!isCte && !state.writes.includes(resolved)) state.reads.push(resolved)
  }
}
