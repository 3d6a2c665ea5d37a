import type { Graph, GraphNode } from './graph.ts'
import type { ShownAction } from './words.ts'

const colours: Readonly<Record<ShownAction, string | null>> = {
  keep: null,
  create: '#1a7f37',
  update: '#9a6700',
  restart: '#9a6700',
  replace: '#cf222e',
  succeed: '#cf222e',
  delete: '#cf222e',
  release: '#0969da',
  forget: '#0969da',
  import: '#0969da',
}

/** The graph for Mermaid (GitHub draws it inside a fence of that name): an arrow leads from a unit to what it needs. */
export const graphMermaid = ({ stack, nodes, edges }: Graph): string =>
  [
    '---',
    `title: ${JSON.stringify(stack)}`,
    '---',
    'flowchart LR',
    ...nodes.map((node, i) => `  u${String(i)}["${[node.name, ...node.lines].map(entities).join('<br/>')}"]`),
    ...edges.map(({ from, to }) => `  u${String(from)} --> u${String(to)}`),
    ...styled(nodes, (i, colour) => `  style u${String(i)} stroke:${colour},stroke-width:2px`),
    '',
  ].join('\n')

/** The graph for Graphviz: `forge graph --format dot | dot -Tsvg`. */
export const graphDot = ({ stack, nodes, edges }: Graph): string =>
  [
    `digraph ${quoted(stack)} {`,
    '  rankdir = LR',
    '  node [shape = box]',
    ...nodes.map((node, i) => `  u${String(i)} [label = ${dotLabel(node)}]`),
    ...edges.map(({ from, to }) => `  u${String(from)} -> u${String(to)}`),
    ...styled(nodes, (i, colour) => `  u${String(i)} [color = ${quoted(colour)}]`),
    '}',
    '',
  ].join('\n')

const styled = (nodes: readonly GraphNode[], line: (i: number, colour: string) => string): readonly string[] =>
  nodes.flatMap(({ action }, i) => {
    const colour = colours[action]
    return colour === null ? [] : [line(i, colour)]
  })

// Mermaid reads markup, markdown and links in a label; a character by its number is only that character.
const entities = (text: string): string => text.replace(/[^\p{L}\p{N} .,/:+~()-]/gu, (char) => `#${String(char.codePointAt(0))};`)

const quoted = (text: string): string => `"${dotText(text)}"`
const dotText = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')
const dotLabel = ({ name, lines }: GraphNode): string => `"${[name, ...lines].map(dotText).join('\\n')}"`
