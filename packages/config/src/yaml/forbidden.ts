/** Offset and wording of the first character that no machine could be given unchanged; `null` if there is none. */
export const findForbidden = (text: string): { readonly at: number; readonly what: string } | null => {
  const nul = text.indexOf('\0')
  if (nul >= 0) return { at: nul, what: 'A NUL character' }
  const half = /\p{Surrogate}/u.exec(text)
  return half === null ? null : { at: half.index, what: 'Half of a UTF-16 pair' }
}
