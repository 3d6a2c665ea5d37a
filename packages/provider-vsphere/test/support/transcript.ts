import type { Exchange } from '../../../../test/support/soap-proxy.ts'
import { textOf, treesIn } from './xml.ts'

// How often a wait looks depends on the moment; the first of each shows what is sent.
const waits: ReadonlySet<string> = new Set([
  'CreateListView',
  'CreatePropertyCollector',
  'CreateFilter',
  'ModifyListView',
  'WaitForUpdatesEx',
])

// Calls that are made at once go over several connections.
const mayOvertake = (method: string): boolean =>
  /^(Retrieve|Continue|Find|Has|Search|CreateContainerView|DestroyView|CreateListView|CreatePropertyCollector)/.test(method)

/** What went over the wire, as two texts that are the same whenever the same is done: the requests, and the answers to them. */
export const transcriptOf = (exchanges: readonly Exchange[]): { readonly requests: string; readonly answers: string } => {
  const plain = exchanges.filter(
    ({ method }, index) => !waits.has(method) || exchanges.findIndex((each) => each.method === method) === index,
  )
  const names = namer()
  const told = plain
    .filter(({ method }) => !method.includes('/'))
    .map(({ method, request, answer }) => ({ method, request: names(textIn(request)), answer: names(textIn(answer)) }))
  const ordered = settled(told)
  const asked = ordered.map(({ request }) => request)
  return {
    requests: pageOf(ordered.map(({ method, request }) => [method, request])),
    // What was asked several times is answered once here.
    answers: pageOf(ordered.filter(({ request }, index) => asked.indexOf(request) === index).map(({ method, answer }) => [method, answer])),
  }
}

const pageOf = (parts: readonly (readonly [method: string, text: string])[]): string =>
  parts.map(([method, text]) => `<!-- ${method} -->\n${text}\n`).join('\n')

const settled = (exchanges: readonly Exchange[]): readonly Exchange[] => {
  const room = exchanges.map((_, index) => exchanges.slice(0, index).filter(({ method }) => !mayOvertake(method)).length)
  const keyOf = ({ method, request }: Exchange): string => (mayOvertake(method) ? `1 ${method} ${request}` : '0')
  return exchanges
    .map((exchange, index) => ({ exchange, room: (room[index] ?? 0) + (mayOvertake(exchange.method) ? 0 : 1), key: keyOf(exchange) }))
    .toSorted((a, b) => a.room - b.room || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ exchange }) => exchange)
}

const textIn = (envelope: string): string => {
  const body = /<soapenv:Body[^>]*>(.*)<\/soapenv:Body>/s.exec(envelope)?.[1] ?? ''
  return treesIn(body)
    .map((tree) => textOf(tree))
    .join('\n')
}

// What is another one each time gets a name by its first appearance; secrets have no place here at all.
const namer = (): ((text: string) => string) => {
  const known = new Map<string, string>()
  const nameOf = (kind: string, text: string): string => {
    const name = known.get(text) ?? `${kind}-${[...known.values()].filter((each) => each.startsWith(`${kind}-`)).length + 1}`
    known.set(text, name)
    return name
  }
  return (text) =>
    text
      .replaceAll(/(<password>)[^<]*/g, '$1(secret)')
      .replaceAll(/session\[[^\]]*\][0-9a-f-]*/g, 'SESSION')
      .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, (each) => nameOf('UUID', each))
      .replaceAll(/\b(task|vm)-\d+\b/g, (each) => nameOf(each.startsWith('task') ? 'TASK' : 'VM', each))
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)/g, 'TIME')
      .replaceAll(/\/tmp\/govcsim[^<&"]*/g, '/tmp/govcsim')
}
