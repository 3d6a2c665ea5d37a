/** An element of a request or an answer; names without their prefixes. */
export interface Element {
  readonly name: string
  readonly attributes: string
  readonly children: readonly Element[]
  readonly text: string
}

interface Open {
  readonly name: string
  readonly attributes: string
  readonly children: Element[]
  text: string
}

/** The elements of a text that a machine has written: no comments, no CDATA. */
export const treesIn = (xml: string): readonly Element[] => {
  const root: Open = { name: '', attributes: '', children: [], text: '' }
  const open: Open[] = [root]
  const close = (): void => {
    const element = open.pop()
    if (element !== undefined) open.at(-1)?.children.push(element)
  }
  for (const [, slash, name, attributes = '', empty, text] of xml.matchAll(/<(\/?)(?:\w+:)?(\w+)([^>]*?)(\/?)>|([^<]+)/g)) {
    const top = open.at(-1) ?? root
    if (text !== undefined) top.text += text.trim()
    else if (slash === '/') close()
    else {
      open.push({ name: name ?? '', attributes: attributes.trim(), children: [], text: '' })
      if (empty === '/') close()
    }
  }
  return root.children
}

/** The element as people read it: each on its line, indented by what it is in. */
export const textOf = ({ name, attributes, children, text }: Element, depth = 0): string => {
  const indent = '  '.repeat(depth)
  const head = attributes === '' ? name : `${name} ${attributes}`
  if (children.length === 0) return text === '' ? `${indent}<${head}/>` : `${indent}<${head}>${text}</${name}>`
  return [`${indent}<${head}>`, ...children.map((child) => textOf(child, depth + 1)), `${indent}</${name}>`].join('\n')
}

/** The type that an element says it is of, beyond what its place says. */
export const typeOf = ({ attributes }: Element): string | null => /:type="(?:\w+:)?(\w+)"/.exec(attributes)?.[1] ?? null
