import { v7 } from 'uuid'

export type IdPrefix =
  | 'org'
  | 'mem'
  | 'tok'
  | 'clu'
  | 'env'
  | 'pub'
  | 'apr'
  | 'dep'
  | 'imp'
  | 'run'
  | 'nod'
  | 'rul'
  | 'fnd'
  | 'alr'
  | 'rte'
  | 'chn'
  | 'dlv'
  | 'aud'
  | 'req'
  | 'job'

/** Time-ordered, so that keyset pages over ids follow creation: `run_0198c5…`. */
export function newId(prefix: IdPrefix): string {
  return `${prefix}_${v7().replaceAll('-', '')}`
}

/** Every id is. */
export function isAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text)
}
