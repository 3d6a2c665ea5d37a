/** What a colour means; views name meanings, never codes. */
export type Style = 'add' | 'change' | 'destroy' | 'dim' | 'bold' | 'danger' | 'warn' | 'info'

const codes: Readonly<Record<Style, string>> = {
  add: '32',
  change: '33',
  destroy: '31',
  dim: '2',
  bold: '1',
  danger: '1;31',
  warn: '1;33',
  info: '36',
}

/** Wraps `text` in ANSI codes if `color`; report may not ask the terminal, so the caller decides. */
export const paint = (text: string, style: Style | null, color: boolean): string =>
  color && style !== null && text !== '' ? `\u001b[${codes[style]}m${text}\u001b[0m` : text
