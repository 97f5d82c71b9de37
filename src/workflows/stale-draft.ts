import type { Row } from '../db/tables.ts'
import { AppError, type AppErrorOptions } from '../lib/errors.ts'

/**
 * What somebody typed and made no version of is not dropped unless the request says so, with
 * `parameter`. @throws AppError `workflow.stale_draft`
 */
export function assertDraftSaved(
  row: Pick<Row<'data_workflow'>, 'workflow_id' | 'draft_json'>,
  newest: Pick<Row<'workflow_version'>, 'definition_json'> | null,
  { parameter, ...options }: AppErrorOptions & { readonly parameter: string },
): void {
  if (row.draft_json === newest?.definition_json) return
  throw new AppError(
    'conflict',
    'workflow.stale_draft',
    `the draft of "${row.workflow_id}" holds changes that are in no version; say ${parameter}=true to drop them`,
    options,
  )
}
