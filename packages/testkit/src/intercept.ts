import type { Call, Handler, Session, Target } from '@forgeplan/sdk'

/** One call of a handler's method, as those who stand around it see it. */
export interface Intercepted {
  readonly method: 'observe' | 'list' | 'apply' | 'delete' | 'mark' | 'detach' | 'preflight' | 'find' | 'guest'
  /** Null for calls about many objects. */
  readonly target: Target | null
  readonly verb: string | null
  readonly mutating: boolean
  readonly call: Call
}

/** Stands around a call: may wait, throw, call `proceed` or never come back. */
export type Interceptor = <T>(call: Intercepted, proceed: () => Promise<T>) => Promise<T>

/** The session with every handler's calls passing through `interceptors` (outermost first; read anew at each call). */
export const intercepted = (session: Session, interceptors: () => readonly Interceptor[]): Session => ({
  realm: session.realm,
  handlers: new Map([...session.handlers].map(([type, handler]) => [type, around(handler, interceptors)])),
  [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
})

const around = (handler: Handler, interceptors: () => readonly Interceptor[]): Handler => {
  const pass = <T>(about: Intercepted, effect: () => Promise<T>): Promise<T> =>
    interceptors().reduceRight<() => Promise<T>>((inner, outer) => () => outer(about, inner), effect)()
  const look = (method: Intercepted['method'], call: Call, target: Target | null = null): Intercepted => ({
    method,
    target,
    verb: null,
    mutating: false,
    call,
  })
  const touch = (method: Intercepted['method'], target: Target, call: Call, verb: string | null = null): Intercepted => ({
    method,
    target,
    verb,
    mutating: true,
    call,
  })
  return {
    observe: (targets, call) => pass(look('observe', call), () => handler.observe(targets, call)),
    list: (stack, call) => streamed(() => pass(look('list', call), () => collected(handler.list(stack, call)))),
    apply: (verb, target, desired, seen, call) =>
      pass(touch('apply', target, call, verb), () => handler.apply(verb, target, desired, seen, call)),
    delete: (target, seen, call) => pass(touch('delete', target, call), () => handler.delete(target, seen, call)),
    ...optional(handler, pass, look, touch),
  }
}

type Pass = <T>(about: Intercepted, effect: () => Promise<T>) => Promise<T>

const optional = (
  handler: Handler,
  pass: Pass,
  look: (method: Intercepted['method'], call: Call, target?: Target) => Intercepted,
  touch: (method: Intercepted['method'], target: Target, call: Call) => Intercepted,
): Partial<Handler> => {
  const mark = handler.mark?.bind(handler)
  const detach = handler.detach?.bind(handler)
  const preflight = handler.preflight?.bind(handler)
  const find = handler.find?.bind(handler)
  const guest = handler.guest?.bind(handler)
  return {
    ...(mark && { mark: (target, to, call) => pass(touch('mark', target, call), () => mark(target, to, call)) }),
    ...(detach && { detach: (target, part, call) => pass(touch('detach', target, call), () => detach(target, part, call)) }),
    ...(preflight && { preflight: (wanted, call, touched) => pass(look('preflight', call), () => preflight(wanted, call, touched)) }),
    ...(find && { find: (query, call) => streamed(() => pass(look('find', call), () => collected(find(query, call)))) }),
    ...(handler.findsBy && { findsBy: handler.findsBy }),
    ...(guest && { guest: (target, seen, call) => pass(look('guest', call, target), () => guest(target, seen, call)) }),
  } satisfies Partial<Handler>
}

const collected = async <T>(items: AsyncIterable<T>): Promise<readonly T[]> => {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

async function* streamed<T>(items: () => Promise<readonly T[]>): AsyncIterable<T> {
  yield* await items()
}
