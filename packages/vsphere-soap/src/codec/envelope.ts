import { VsphereFault } from '../error.ts'
import type { AnyMethodFault } from '../vim/types.ts'
import type { Builder, Tag } from '../wire/reader.ts'
import { malformed } from '../wire/reader.ts'
import type { Tap } from './decode.ts'
import { anyBuilder, skip, valueBuilder } from './decode.ts'
import { Flaw } from './flaw.ts'
import { isA } from './is-a.ts'
import type { Method } from './schema.ts'

const soap = 'http://schemas.xmlsoap.org/soap/envelope/'

/** What an answer came to. */
export interface Answer {
  /** The builder to read it with. */
  readonly root: Builder
  /** What the method returned. @throws VsphereFault where it refused, VsphereError where this is no answer to it. */
  readonly result: () => unknown
}

/** An answer to a method; `tap` takes the items of one list of its result as they come. */
export const answerTo = (method: Method, tap?: Tap): Answer => {
  const items: unknown[] = []
  let isAnswered = false
  let fault: VsphereFault | undefined
  const put = (value: unknown): void => void items.push(value)
  const response: Builder = {
    child: (tag) => (tag.name === 'returnval' && method.answer !== null ? valueBuilder(method.answer.type, tag, put, tap) : skip),
    text: () => undefined,
    end: () => {
      isAnswered = true
    },
  }
  const body = inside((tag) => {
    if (tag.name === 'Fault' && tag.space === soap) return faultBuilder(method.name, (value) => (fault = value))
    if (tag.name === `${method.name}Response`) return response
    throw malformed(`it answers something else than ${method.name}`)
  })
  const envelope = inside((tag) => (tag.name === 'Body' && tag.space === soap ? body : skip))
  const root = inside((tag) => {
    if (tag.name === 'Envelope' && tag.space === soap) return envelope
    throw malformed(`it begins with <${tag.name}>, which is no SOAP envelope`)
  })
  const result = (): unknown => {
    if (fault !== undefined) throw fault
    if (!isAnswered) throw malformed('it is empty')
    const flaw = items.find((item) => item instanceof Flaw)
    if (flaw !== undefined) throw malformed(flaw.why)
    return method.answer?.list === true ? items : items[0]
  }
  return { root, result }
}

const inside = (child: (tag: Tag) => Builder): Builder => ({ child, text: () => undefined, end: () => undefined })

const faultBuilder = (what: string, put: (fault: VsphereFault) => void): Builder => {
  let text = ''
  let type = ''
  let detail: unknown
  const inDetail = inside((tag) => {
    type = tag.xsiType ?? tag.name.replace(/Fault$/, '')
    return anyBuilder({ ...tag, xsiType: type }, (value) => {
      detail = value
    })
  })
  return {
    child: (tag) => {
      if (tag.name === 'detail') return inDetail
      return tag.name === 'faultstring' ? anyBuilder({ ...tag, xsiType: null }, (value) => (text = String(value))) : skip
    },
    text: () => undefined,
    end: () => put(new VsphereFault(what, type === '' ? 'MethodFault' : type, text, methodFault(detail, type))),
  }
}

const methodFault = (detail: unknown, type: string): AnyMethodFault =>
  isA(detail, 'MethodFault') ? detail : { $type: 'MethodFault', $as: type }
