import { SaxesParser } from 'saxes'
import { VsphereError } from '../error.ts'
import { Attributes, Scope } from './attributes.ts'

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
  const scopes = [new Scope()]
  const attributes = new Attributes()
  const text = (part: string): void => builders[builders.length - 1]?.text(part)
  parser.on('doctype', () => {
    throw malformed('it has a DOCTYPE')
  })
  parser.on('error', (error) => {
    throw malformed(error.message)
  })
  parser.on('attribute', ({ name, value }) => attributes.take(name, value))
  parser.on('opentag', ({ name }) => {
    if (builders.length > deepest) throw malformed('its elements are too deep')
    const scope = attributes.scopeWithin(scopes[scopes.length - 1] ?? new Scope())
    const tag = attributes.tag(name, scope)
    attributes.clear()
    scopes.push(scope)
    builders.push((builders[builders.length - 1] ?? root).child(tag))
  })
  parser.on('closetag', () => {
    scopes.pop()
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

/** That what came back is not an answer of this API. */
export const malformed = (why: string, cause?: unknown): VsphereError =>
  new VsphereError('answer', `The answer cannot be read: ${why}`, { mayHaveRun: true, cause })
