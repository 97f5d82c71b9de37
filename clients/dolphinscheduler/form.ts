/** Jetty takes no larger form. */
export const MAX_FORM_BYTES = 5_000_000

/** Fields that are undefined are not sent. */
export type FormFields = Readonly<Record<string, string | number | undefined>>

export function encodeForm(fields: FormFields): string {
  return new URLSearchParams(sentFields(fields)).toString()
}

/** The length of the encoded form, told without making it: an encoded megabyte takes long. */
export function formBytes(fields: FormFields): number {
  const sizes = sentFields(fields).map(([name, value]) => textBytes(name) + textBytes(value) + 2)
  return Math.max(0, sizes.reduce((sum, bytes) => sum + bytes, 0) - 1)
}

const PLAIN = new Set(Array.from(' *-._0123456789', (char) => char.charCodeAt(0)))

/** Of a text in a form: a plain character is one, any other `%XX` for each byte of its UTF-8. */
export function textBytes(text: string): number {
  let bytes = 0
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit < 0x80) bytes += isLetter(unit) || PLAIN.has(unit) ? 1 : 3
    else if (unit < 0x8_00) bytes += 6
    else if (isPair(text, at)) {
      bytes += 12
      at += 1
    } else bytes += 9
  }
  return bytes
}

function isLetter(unit: number): boolean {
  const lower = unit | 0x20
  return lower >= 0x61 && lower <= 0x7a
}

function isPair(text: string, at: number): boolean {
  return (text.codePointAt(at) ?? 0) > 0xff_ff
}

function sentFields(fields: FormFields): [string, string][] {
  return Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  )
}
