/** What a terminal would obey or a reader would not see: controls but the line break, direction overrides, invisible characters. */
export const rawControls = (text: string): readonly string[] =>
  text.match(/(?!\n)[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu) ?? []
