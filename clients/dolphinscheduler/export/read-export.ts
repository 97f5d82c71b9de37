import { z } from 'zod'
import type { EngineExport, ExportedDefinition, ReadExportOptions } from '#src/engine/export.ts'
import { boundIssues } from '#src/lib/bound-issues.ts'
import { AppError } from '#src/lib/errors.ts'
import { pointerOf } from '#src/lib/pointer.ts'
import { shapeFaults, type ShapeFault } from '#src/lib/shape-faults.ts'
import { dialectOf } from '../dialects/dialect-of.ts'
import type { Dialect } from '../dialects/dialect.ts'
import { definitionDetail } from '../wire/definition-wire.ts'
import { Code, renameFields } from '../wire/fields.ts'
import { scheduleRow } from '../wire/schedule-wire.ts'
import { tellFamily } from './export-family.ts'
import { fault, itemFaults, repeated } from './item-faults.ts'
import { leftOut } from './left-out.ts'

const File = z.array(z.unknown()).min(1)

/**
 * What `batch-export` of 3.1 to 3.4.0 writes: a list of definitions as their detail is answered, each
 * with its schedule. All faults at once, in the words of the file.
 */
export function readExport(file: unknown, options: ReadExportOptions): EngineExport {
  const items = File.safeParse(file)
  if (!items.success) throw unreadable(shapeFaults(items.error.issues))
  const told = tellFamily(items.data, options.family)
  if (!told.ok) throw unreadable(told.faults)
  const dialect = dialectOf(told.family)
  const schemas = schemasFor(options.timeZone)
  const read = items.data.map((item) =>
    readItem(renameFields(item, dialect.renamedFields), schemas),
  )
  const definitions = read.flatMap(({ item }) => (item ? [item] : []))
  const faults = [
    ...read.flatMap((each, index) => each.faults.map((one) => below(index, one))),
    ...repeatedCodes(definitions),
  ]
  if (faults.length > 0) throw unreadable(faults, dialect)
  return {
    family: told.family,
    items: definitions.map((item, index) => ({
      ...item,
      leftOut: item.leftOut.map(({ path, message }) => ({
        pointer: pointerIn([index, ...path], dialect),
        message,
      })),
    })),
  }
}

type Item = Omit<ExportedDefinition, 'leftOut'> & { readonly leftOut: ReturnType<typeof leftOut> }

interface ReadItem {
  readonly item: Item | null
  readonly faults: readonly ShapeFault[]
}

function schemasFor(timeZone: string) {
  return {
    detail: definitionDetail(timeZone),
    place: z.object({
      workflowDefinition: z.object({ projectCode: Code }),
      schedule: scheduleRow(timeZone).nullish(),
    }),
  }
}

function readItem(item: unknown, schemas: ReturnType<typeof schemasFor>): ReadItem {
  const detail = schemas.detail.safeParse(item)
  const place = schemas.place.safeParse(item)
  const faults = [
    ...[detail, place].flatMap(({ error }) => shapeFaults(error?.issues ?? [])),
    ...itemFaults(item),
  ]
  if (!detail.success || !place.success || faults.length > 0) return { item: null, faults }
  return {
    faults,
    item: {
      projectCode: place.data.workflowDefinition.projectCode,
      live: detail.data,
      schedule: place.data.schedule ?? null,
      leftOut: leftOut(item),
    },
  }
}

function repeatedCodes(items: readonly Item[]): readonly ShapeFault[] {
  return repeated(items.map(({ live }) => live.code)).map((index) =>
    fault([index, 'workflowDefinition', 'code'], 'another definition here has this code'),
  )
}

function below(index: number, { path, ...rest }: ShapeFault): ShapeFault {
  return { ...rest, path: [index, ...path] }
}

function unreadable(faults: readonly ShapeFault[], dialect?: Dialect): AppError {
  return new AppError('invalid', 'request.invalid', 'the file is no export of DolphinScheduler', {
    issues: boundIssues(
      faults.map(({ path, code, message }) => ({
        pointer: pointerIn(path, dialect),
        code: `request.${code}`,
        message,
      })),
    ),
  })
}

/** Families are read in the words of the newest one; whoever looks into the file sees its own. */
function pointerIn(path: readonly PropertyKey[], dialect?: Dialect): string {
  const words = new Map(
    Object.entries(dialect?.renamedFields ?? {}).map(([own, read]) => [read, own]),
  )
  return pointerOf(path.map((step) => words.get(String(step)) ?? step))
}
