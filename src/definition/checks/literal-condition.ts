const LITERAL = `(?:true|false|-?\\d{1,15}(?:\\.\\d{1,15})?|"[^"\\\\\${]{0,200}"|'[^'\\\\\${]{0,200}')`
const ALONE = /^(!?)(true|false)$/
const COMPARISON = new RegExp(`^(${LITERAL})\\s{0,20}(===?|!==?|<=?|>=?)\\s{0,20}(${LITERAL})$`)
const MAX_CHARS = 500

/** What a condition of literals alone says, such as `false` or `0 > 1`; null: it depends. */
export function literalCondition(condition: string): boolean | null {
  if (condition.length > MAX_CHARS) return null
  const text = condition.trim().replace(/;$/, '').trim()
  const alone = ALONE.exec(text)
  if (alone) return (alone[2] === 'true') !== (alone[1] === '!')
  const [, left, operator, right] = COMPARISON.exec(text) ?? []
  if (left === undefined || operator === undefined || right === undefined) return null
  return compare(valueOf(left), operator, valueOf(right))
}

type Literal = string | number | boolean

function valueOf(text: string): Literal {
  if (text === 'true' || text === 'false') return text === 'true'
  return /^["']/.test(text) ? text.slice(1, -1) : Number(text)
}

/** JavaScript compares unlike types in its own way: those depend. */
function compare(left: Literal, operator: string, right: Literal): boolean | null {
  if (typeof left !== typeof right) return null
  switch (operator) {
    case '==':
    case '===':
      return left === right
    case '!=':
    case '!==':
      return left !== right
    case '<':
      return left < right
    case '<=':
      return left <= right
    case '>':
      return left > right
    case '>=':
      return left >= right
    default:
      return null
  }
}
