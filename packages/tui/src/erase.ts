/** The size of a terminal, in characters. */
export interface Size {
  readonly columns: number
  readonly rows: number
}

/** Takes a frame of so many rows away, after the terminal went from one size to another. The cursor stands below the frame. */
export const eraseText = (rows: number, from: Size, to: Size): string => {
  // What a narrower terminal has made of the frame depends on when it folded its rows, and it may tell of its new size
  // long afterwards (tmux: 250 ms). So everything goes up into the history, where nothing is lost, and a new screen begins.
  if (to.columns < from.columns) return `${'\n'.repeat(to.rows)}\u001b[H\u001b[J`
  return rows === 0 ? '' : `\u001b[${rows}A\r\u001b[J`
}
