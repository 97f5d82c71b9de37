import { readFileSync, readdirSync } from 'node:fs'
import { expect } from 'vitest'
import { z } from 'zod'
import type { HttpFetch } from '#clients/http/http-fetch.ts'
import { must } from '#src/lib/must.ts'

export const BASE_URL = 'http://engine.test/dolphinscheduler'
const FOLDER = new URL('recordings/', import.meta.url)

const Fields = z.record(z.string(), z.union([z.string(), z.number()]).transform(String))
const Recording = z.object({
  request: z.looseObject({
    method: z.string(),
    path: z.string(),
    query: Fields.default({}),
    form: Fields.default({}),
  }),
  response: z.looseObject({
    status: z.int(),
    contentType: z.string().nullable(),
    body: z.unknown(),
  }),
})
export type Recording = z.output<typeof Recording>

/** Names without their number: the same question has the same name in every version. */
export function recordingNames(version: string): readonly string[] {
  return readdirSync(new URL(`${version}/`, FOLDER))
    .map((file) => file.replace(/^\d+-/, '').replace(/\.json$/, ''))
    .sort()
}

export function loadRecording(version: string, name: string): Recording {
  const folder = new URL(`${version}/`, FOLDER)
  const file = readdirSync(folder).find((each) => each.replace(/^\d+-/, '') === `${name}.json`)
  const text = readFileSync(
    new URL(must(file, `a recording ${name} of ${version}`), folder),
    'utf8',
  )
  return Recording.parse(JSON.parse(text))
}

/** Where what is sent is known to differ from what was recorded; anything else is a failure. */
export interface Differences {
  readonly onlySent?: readonly string[]
  readonly onlyRecorded?: readonly string[]
  readonly other?: readonly string[]
}

/** A question that was not recorded, answered by hand. */
export interface Stub {
  readonly path: string
  readonly status: number
  readonly body: unknown
}

export interface Replay {
  readonly fetch: HttpFetch
  /** Once, and as recorded but for the differences. */
  assertAsked(differences: Differences): void
}

/** Answers the recorded request; what was asked is compared in `assertAsked`. */
export function replay(recording: Recording, stubs: readonly Stub[]): Replay {
  const { request, response } = recording
  const asked: unknown[] = []
  return {
    fetch: async (url, init) => {
      const sent = readRequest(url, init)
      const stub = stubs.find(({ path }) => path === sent.path)
      if (stub) return reply(stub.status, 'application/json', stub.body)
      const { method, path, fields } = sent
      asked.push({ method, path, ...compare({ ...request.query, ...request.form }, fields) })
      return reply(response.status, response.contentType, response.body)
    },
    assertAsked: (differences) => {
      const { method, path } = request
      const once = { method, path, onlySent: [], onlyRecorded: [], other: [], ...differences }
      expect(asked).toEqual([once])
    },
  }
}

function readRequest(url: string, init: Parameters<HttpFetch>[1]) {
  const { pathname, searchParams } = new URL(url)
  const fields = [...searchParams, ...new URLSearchParams(init.body ?? '')]
  const path = pathname.replace(new URL(BASE_URL).pathname, '')
  return { method: init.method, path, fields: Object.fromEntries(fields) }
}

function compare(
  recorded: Readonly<Record<string, string>>,
  sent: Readonly<Record<string, string>>,
): Differences {
  const names = [...new Set([...Object.keys(recorded), ...Object.keys(sent)])].sort()
  return {
    onlySent: names.filter((name) => !(name in recorded)),
    onlyRecorded: names.filter((name) => !(name in sent)),
    other: names.filter(
      (name) => name in sent && name in recorded && meaning(sent[name]) !== meaning(recorded[name]),
    ),
  }
}

/** JSON inside a field is the same whatever its spacing and order of keys. */
function meaning(text: string | undefined): string {
  try {
    return JSON.stringify(JSON.parse(text ?? ''), sortedKeys)
  } catch {
    return text ?? ''
  }
}

function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}

function reply(status: number, contentType: string | null, body: unknown) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return {
    status,
    headers: { get: (name: string) => (name === 'content-type' ? contentType : null) },
    text: async () => text,
  }
}
