import { forOrg, type Db, type OrgReader } from '../db/database.ts'
import { diffDocuments } from '../definition/diff.ts'
import { renderDiff } from '../definition/diff-text.ts'
import type { WorkflowDocument } from '../definition/document.ts'
import { enginePart } from '../definition/engine-part.ts'
import { toGraph, type WorkflowGraph } from '../definition/graph.ts'
import { toYaml } from '../definition/yaml.ts'
import type { Call } from '../lib/call.ts'
import { AppError } from '../lib/errors.ts'
import { digestOf } from '../definition/canonical.ts'
import { draftOf } from './read-document.ts'
import { readVersion } from './read-version.ts'
import { listNewest } from './version-store.ts'
import { toVersion } from './workflow.ts'
import { getWorkflow } from './workflow-store.ts'

/** What an environment's engine holds, as a document; from the last read unless `isFresh`. */
export interface LiveDocument {
  readonly document: WorkflowDocument
  readonly asOf: Date
}

export interface DiffDeps {
  readonly db: Db
  readonly readLive: (
    call: Call,
    input: { readonly workflowId: string; readonly environment: string; readonly isFresh: boolean },
  ) => Promise<LiveDocument>
}

export interface DiffInput {
  readonly workflowId: string
  /** `v3`, `draft` or `live:<environment>`. */
  readonly from: string
  readonly to: string
  readonly isFresh: boolean
}

interface Side {
  readonly document: WorkflowDocument
  readonly asOf: Date | null
}

export async function diffVersions(deps: DiffDeps, call: Call, input: DiffInput) {
  const from = await sideOf(deps, call, { ...input, ref: input.from, field: 'from' })
  const to = await sideOf(deps, call, { ...input, ref: input.to, field: 'to' })
  // An engine keeps no owners, tags or lineage: against one, only what it keeps is compared.
  const isLive = from.asOf !== null || to.asOf !== null
  const part = isLive ? enginePart : (document: WorkflowDocument) => document
  const diff = diffDocuments(part(from.document), part(to.document))
  const asOf = from.asOf ?? to.asOf
  return {
    from: input.from,
    to: input.to,
    as_of: asOf?.toISOString() ?? null,
    diff,
    text: renderDiff(diff),
  }
}

async function sideOf(
  deps: DiffDeps,
  call: Call,
  input: DiffInput & { readonly ref: string; readonly field: string },
): Promise<Side> {
  const at = forOrg(deps.db, call.orgId)
  const row = await getWorkflow(at, input.workflowId)
  const [, live] = /^live:(.+)$/.exec(input.ref) ?? []
  if (live !== undefined)
    return deps.readLive(call, {
      workflowId: input.workflowId,
      environment: live,
      isFresh: input.isFresh,
    })
  if (input.ref === 'draft') return { document: draftOf(row), asOf: null }
  const [, number] = /^v(\d{1,9})$/.exec(input.ref) ?? []
  if (number !== undefined)
    return {
      document: (await readVersion(at, input.workflowId, Number(number))).document,
      asOf: null,
    }
  throw new AppError('invalid', 'request.invalid', `"${input.ref}" names nothing to compare`, {
    issues: [
      {
        pointer: `/query/${input.field}`,
        code: 'request.invalid',
        message: 'must be v<number>, draft or live:<environment>',
      },
    ],
  })
}

/** The version's graph, or the draft's where none is named. */
export async function readGraph(
  deps: { readonly db: Db },
  call: Call,
  input: { readonly workflowId: string; readonly version: number | null },
): Promise<WorkflowGraph> {
  return toGraph(await documentAt(forOrg(deps.db, call.orgId), input))
}

/** YAML that names where it comes from. */
export async function exportYaml(
  deps: { readonly db: Db },
  call: Call,
  input: { readonly workflowId: string; readonly version: number | null },
): Promise<string> {
  const document = await documentAt(forOrg(deps.db, call.orgId), input)
  return toYaml(document, originOf(document, input.version))
}

const MANY = 500

export interface ExportDeps {
  readonly db: Db
  /** What a request may hold: an export comes back in. */
  readonly maxBodyBytes: number
}

/** The newest version of each, as one text of several documents; those without a version are left out. */
export async function exportMany(
  deps: ExportDeps,
  call: Call,
  input: { readonly tag: string | undefined; readonly workflowIds: readonly string[] | undefined },
): Promise<string> {
  const at = forOrg(deps.db, call.orgId)
  const rows = await listNewest(at, { ...input, limit: MANY + 1 })
  if (rows.length > MANY)
    throw new AppError(
      'invalid',
      'request.invalid',
      `at most ${MANY} at once; narrow it by tag or ids`,
      {
        issues: [{ pointer: '/query/ids', code: 'request.invalid', message: 'names too many' }],
      },
    )
  if (input.tag === undefined) assertAllFound(input.workflowIds ?? [], rows)
  const yaml = rows
    .map((row) => toVersion(row))
    .map(({ document, version }) => `---\n${toYaml(document, originOf(document, version))}`)
    .join('')
  assertComesBack(yaml, deps.maxBodyBytes)
  return yaml
}

function assertComesBack(yaml: string, maxBytes: number): void {
  const bytes = Buffer.byteLength(yaml)
  if (bytes <= maxBytes) return
  const message = `it is ${bytes} bytes and POST /workflows:import takes ${maxBytes}: export it in parts, by tag or ids; one that is larger alone is read as JSON, by its versions`
  throw new AppError('invalid', 'request.invalid', message, {
    issues: [{ pointer: '/query/ids', code: 'request.too_big', message }],
  })
}

function assertAllFound(
  workflowIds: readonly string[],
  rows: readonly { readonly workflow_id: string }[],
): void {
  const found = new Set(rows.map((row) => row.workflow_id))
  const missing = workflowIds.filter((id) => !found.has(id))
  if (missing.length === 0) return
  throw new AppError('invalid', 'request.invalid', 'not all of them can be exported', {
    issues: missing.map((id) => ({
      pointer: '/query/ids',
      code: 'workflow.not_found',
      message: `no workflow "${id}" with a version`,
    })),
  })
}

function originOf(document: WorkflowDocument, version: number | null): string {
  const name = version === null ? 'draft' : `v${version}`
  return `${document.id} ${name}, digest ${digestOf(document)}`
}

async function documentAt(
  at: OrgReader,
  { workflowId, version }: { readonly workflowId: string; readonly version: number | null },
): Promise<WorkflowDocument> {
  const row = await getWorkflow(at, workflowId)
  return version === null ? draftOf(row) : (await readVersion(at, workflowId, version)).document
}
