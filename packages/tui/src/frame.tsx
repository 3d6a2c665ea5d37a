import type { Piece, ScreenRow, Style } from '@forgeplan/report'
import type { TextProps } from 'ink'
import { Box, Text } from 'ink'
import type { ReactElement } from 'react'

/** Paints rows, and decides nothing. */
export const Frame = ({ rows, color }: { readonly rows: readonly ScreenRow[]; readonly color: boolean }): ReactElement => (
  <Box flexDirection="column">
    {rows.map((row, at) => (
      <Row key={at} row={row} color={color} />
    ))}
  </Box>
)

// Ink gives an empty text no row.
const Row = ({ row, color }: { readonly row: ScreenRow; readonly color: boolean }): ReactElement => (
  <Text wrap="truncate">{row.length === 0 ? ' ' : row.map((piece, at) => <Segment key={at} piece={piece} color={color} />)}</Text>
)

const Segment = ({ piece, color }: { readonly piece: Piece; readonly color: boolean }): ReactElement => (
  <Text {...(color && piece.style !== null ? looks[piece.style] : {})}>{piece.text}</Text>
)

const looks: Readonly<Record<Style, TextProps>> = {
  add: { color: 'green' },
  change: { color: 'yellow' },
  destroy: { color: 'red' },
  dim: { dimColor: true },
  bold: { bold: true },
  danger: { color: 'red', bold: true },
  warn: { color: 'yellow', bold: true },
  info: { color: 'cyan' },
}
