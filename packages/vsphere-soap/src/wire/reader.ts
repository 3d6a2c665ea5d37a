import { SaxesParser } from 'saxes'
import { VsphereError } from '../error.ts'

/** The start of an element, its prefixes resolved. */
export interface Tag {
  /** Its name without a prefix. */
  readonly name: string
  /** Its name space, or an empty text. */
  readonly space: string
  /** The local part of its `xsi:type`, or null. */
  readonly xsiType: string | null
  /** Its attribute `type`, as references have it. */
  readonly type: string | null
}

/** What is being made of an element: it takes its children and its text, and is told when it ends. */
export interface Builder {
  child(tag: Tag): Builder
  text(text: string): void
  end(): void
}

const xsi = 'http://www.w3.org/2001/XMLSchema-instance'
const deepest = 200

/** Takes an answer bit by bit and gives its elements to builders. */
export interface Reader {
  /** @throws VsphereError of kind `answer` where the bytes are not well-formed, or are a document with a DOCTYPE. */
  write(bytes: Uint8Array): void
  /** @throws VsphereError of kind `answer` where the document is not complete. */
  end(): void
}

/** A reader for one answer. */
export const openReader = (root: Builder): Reader => {
  const parser = new SaxesParser<{ readonly xmlns: false; readonly position: false }>({ xmlns: false, position: false })
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const builders: Builder[] = [root]
  const spaces: ReadonlyMap<string, string>[] = [new Map()]
  const top = (): Builder => builders[builders.length - 1] ?? root
  const text = (part: string): void => top().text(part)
  parser.on('doctype', () => {
    throw malformed('it has a DOCTYPE')
  })
  parser.on('error', (error) => {
    throw malformed(error.message)
  })
  parser.on('opentag', ({ name, attributes }) => {
    if (builders.length > deepest) throw malformed('its elements are too deep')
    const scope = scopeOf(spaces[spaces.length - 1] ?? new Map(), attributes)
    spaces.push(scope)
    builders.push(top().child(tagOf(name, attributes, scope)))
  })
  parser.on('closetag', () => {
    spaces.pop()
    builders.pop()?.end()
  })
  parser.on('text', text)
  parser.on('cdata', text)
  return {
    write: (bytes) => void parser.write(textOf(() => decoder.decode(bytes, { stream: true }))),
    end: () => {
      parser.write(textOf(() => decoder.decode()))
      parser.close()
    },
  }
}

const textOf = (decode: () => string): string => {
  try {
    return decode()
  } catch (error) {
    throw malformed('it is not UTF-8', error)
  }
}

// Most elements declare nothing and share the scope of the one around them.
const scopeOf = (outer: ReadonlyMap<string, string>, attributes: Readonly<Record<string, string>>): ReadonlyMap<string, string> => {
  let scope: Map<string, string> | undefined
  for (const name in attributes) {
    if (name !== 'xmlns' && !name.startsWith('xmlns:')) continue
    scope ??= new Map(outer)
    scope.set(name.slice(6), attributes[name] ?? '')
  }
  return scope ?? outer
}

const tagOf = (name: string, attributes: Readonly<Record<string, string>>, scope: ReadonlyMap<string, string>): Tag => {
  const colon = name.indexOf(':')
  const space = scope.get(colon < 0 ? '' : name.slice(0, colon)) ?? ''
  return { name: name.slice(colon + 1), space, xsiType: xsiTypeOf(attributes, scope), type: attributes['type'] ?? null }
}

// The prefix is the server's choice: vCenter writes xsi:type, its simulator XMLSchema-instance:type.
const xsiTypeOf = (attributes: Readonly<Record<string, string>>, scope: ReadonlyMap<string, string>): string | null => {
  for (const name in attributes) {
    if (!name.endsWith(':type') || scope.get(name.slice(0, -5)) !== xsi) continue
    const value = attributes[name] ?? ''
    return value.slice(value.indexOf(':') + 1)
  }
  return null
}

/** That what came back is not an answer of this API. */
export const malformed = (why: string, cause?: unknown): VsphereError =>
  new VsphereError('answer', `The answer cannot be read: ${why}`, { mayHaveRun: true, cause })
