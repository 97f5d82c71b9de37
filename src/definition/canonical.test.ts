import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalDocument, canonicalText, digestOf } from './canonical.ts'
import { diffDocuments } from './diff.ts'
import { WorkflowDocument } from './document.ts'
import { enginePart } from './engine-part.ts'
import { doc, otherWords, someDocument } from '#test/support/documents.ts'

test('the digest changes with the meaning', () => {
  const digests = new Set([
    digestOf(doc()),
    digestOf(doc((d) => Object.assign(d.tasks[0] ?? {}, { script: 'echo  ${biz_date}' }))),
    digestOf(doc((d) => Object.assign(d.tasks[1] ?? {}, { needs: [] }))),
    digestOf(doc((d) => Object.assign(d, { owner: 'alice' }))),
    digestOf(doc((d) => delete d.schedule)),
    digestOf(doc((d) => Object.assign(d.tasks[0] ?? {}, { disabled: true }))),
  ])

  expect(digests.size).toBe(6)
})

test('no stream and not cached are as good as not said', () => {
  const said = doc((d) => Object.assign(d.tasks[0] ?? {}, { stream: false, cached: false }))

  expect(canonicalText(said)).toBe(canonicalText(doc()))
  expect(digestOf(doc((d) => Object.assign(d.tasks[0] ?? {}, { stream: true })))).not.toBe(
    digestOf(doc()),
  )
})

test('canonical text is read back as the same document', () => {
  const again = WorkflowDocument.parse(JSON.parse(canonicalText(doc())))

  expect(canonicalText(again)).toBe(canonicalText(doc()))
})

test('the digest does not depend on order, repetition or spelled-out defaults', () => {
  fc.assert(
    fc.property(someDocument, (document) => {
      expect(digestOf(otherWords(document))).toBe(digestOf(document))
    }),
  )
})

test('equal digests and an empty diff are the same thing', () => {
  fc.assert(
    fc.property(someDocument, someDocument, fc.boolean(), (one, two, isSame) => {
      const other = isSame ? otherWords(one) : two

      expect(diffDocuments(one, other).is_empty).toBe(digestOf(one) === digestOf(other))
    }),
  )
})

test('the canonical form of any document is a document, and its own canonical form', () => {
  fc.assert(
    fc.property(someDocument, (document) => {
      const again = WorkflowDocument.parse(JSON.parse(canonicalText(document)))

      expect(again).toEqual(canonicalDocument(document))
      expect(canonicalText(again)).toBe(canonicalText(document))
    }),
  )
})

test('keys keep one order whatever order they were written in', () => {
  const one = doc((d) => Object.assign(d.start.params.properties, { x: {}, y: {} }))
  const two = doc((d) =>
    Object.assign(d.start.params, { properties: { y: {}, x: {}, ...d.start.params.properties } }),
  )

  expect(canonicalText(two)).toBe(canonicalText(one))
})

test('a draft that holds a key twice has one text too', () => {
  const twice = doc((d) => Object.assign(d.tasks[1] ?? {}, { key: 'extract' }))
  const backwards = { ...twice, tasks: twice.tasks.toReversed() }

  expect(canonicalText(backwards)).toBe(canonicalText(twice))
})

test('a schedule has one text: Quartz, and seconds', () => {
  const written = doc((d) =>
    Object.assign(d.schedule ?? {}, { start: '2026-01-01T00:00', end: '2026-02-01T00:00:00.250' }),
  )

  expect(canonicalDocument(written).schedule).toEqual({
    cron: '0 0 3 * * ?',
    timezone: 'Asia/Shanghai',
    start: '2026-01-01T00:00:00',
    end: '2026-02-01T00:00:00',
  })
})

test('what is no cron stays as it is', () => {
  const broken = doc((d) => Object.assign(d.schedule ?? {}, { cron: '61 * * * *' }))

  expect(canonicalDocument(broken).schedule?.cron).toBe('61 * * * *')
})

test('the engine part is blind to what the engine does not hold, and to nothing else', () => {
  const base = doc()
  const unseen = doc((d) => {
    Object.assign(d, { owner: 'alice', tags: ['x'], end: { outputs: {} } })
    Object.assign(d.start, { sync_timeout_sec: 5 })
    Object.assign(d.start.params, { required: ['biz_date'] })
    Object.assign(d.start.params.properties['biz_date'] ?? {}, { description: 'day', enum: ['a'] })
    Object.assign(d.tasks[0] ?? {}, { owner: 'bob', reads: ['r'], writes: ['w'] })
  })
  const seen = doc((d) =>
    Object.assign(d.start.params.properties['biz_date'] ?? {}, { default: 'x' }),
  )

  expect(enginePart(unseen)).toEqual(enginePart(base))
  expect(enginePart(seen)).not.toEqual(enginePart(base))
  expect(WorkflowDocument.parse(enginePart(base))).toEqual(enginePart(base))
})
