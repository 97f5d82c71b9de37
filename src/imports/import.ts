import { z } from 'zod'

/** Listing and reading ask the engine and change nothing; nothing is adopted before `applying`. */
export const IMPORT_STATES = [
  'listing',
  'reading',
  'naming',
  'preview',
  'applying',
  'done',
  'cancelled',
] as const
export type ImportState = (typeof IMPORT_STATES)[number]

/** `blocked` can become no document of ours; `gone` vanished from the engine meanwhile. */
export const ITEM_STATES = [
  'listed',
  'read',
  'ready',
  'blocked',
  'gone',
  'adopted',
  'failed',
] as const
export type ItemState = (typeof ITEM_STATES)[number]

/** What a person should know of an item before it is adopted. */
export const ImportNote = z.object({
  /**
   * `fault` can be no document and `lost` would not come back with a publish: both keep the item
   * out. `issue` runs there as it is, but an edited draft becomes a version only without it. `needs`
   * names a workflow to adopt as well; `unnamed` is an id of that one engine; `engine_words` stays
   * as the engine writes it; `left_out` and `schedule` are not carried over. `version` says how it
   * compares with the workflow that it was matched with, `same_name` which one it could be.
   */
  kind: z.enum([
    'lost',
    'needs',
    'unnamed',
    'engine_words',
    'fault',
    'issue',
    'schedule',
    'left_out',
    'version',
    'same_name',
  ]),
  pointer: z.string(),
  message: z.string(),
})
export type ImportNote = z.output<typeof ImportNote>
