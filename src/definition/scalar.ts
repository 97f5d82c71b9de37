import type { StartParam } from './document.ts'

export type ScalarType = StartParam['type']

export function isOfType(type: ScalarType, value: unknown): value is string | number | boolean {
  switch (type) {
    case 'integer':
      return Number.isSafeInteger(value)
    case 'number':
      return Number.isFinite(value)
    case 'string':
    case 'boolean':
      return typeof value === type
  }
}

/** A value that the engine holds as text, as the type it was declared with; null: it is none. */
export function readScalar(type: ScalarType, text: string): string | number | boolean | null {
  switch (type) {
    case 'string':
      return text
    case 'boolean':
      return readBoolean(text.trim().toLowerCase())
    case 'integer':
    case 'number': {
      const value = NUMBER.test(text.trim()) ? Number(text) : null
      return isOfType(type, value) ? value : null
    }
  }
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i

function readBoolean(text: string): boolean | null {
  if (text === 'true') return true
  return text === 'false' ? false : null
}
