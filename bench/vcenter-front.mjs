// A process in front of a simulated vCenter: it counts the calls, makes each answer wait as on a long line, and shows one
// of the machines many times. The simulator makes some forty machines a second; the copies cost it nothing, and come in
// its own words, since every one is its answer about the machine with some words replaced.
import { readFileSync } from 'node:fs'
import { Agent, createServer, request } from 'node:https'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { wordsOf } from './copies.mjs'

/** Starts the server; `orders` are `{ port, identity }` with the vCenter's port and the PEM file of key and certificate. */
const serve = ({ port: target, identity }) => {
  const front = { target, agent: new Agent({ keepAlive: true, rejectUnauthorized: false }), delayMs: 0, calls: {}, copies: null, open: new Map() }
  const pem = readFileSync(identity, 'utf8')
  const server = createServer({ key: pem, cert: pem }, (incoming, outgoing) => {
    answer(front, incoming, outgoing).catch(() => outgoing.destroy())
  })
  process.on('message', ({ order, ...rest }) => process.send(obey(front, order, rest)))
  process.on('disconnect', () => process.exit(0))
  server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }))
}

const obey = (front, order, rest) => {
  switch (order) {
    case 'calls': {
      const { calls } = front
      front.calls = {}
      return { calls }
    }
    case 'delay':
      front.delayMs = rest.ms
      return {}
    case 'copies':
      front.copies = { original: rest.original, size: rest.size }
      return {}
    default:
      throw new Error(`There is no order ${order}`)
  }
}

const answer = async (front, incoming, outgoing) => {
  const body = (await bytesOf(incoming)).toString()
  const method = /<(?:\w+:)?Body>\s*<(?:\w+:)?(\w+)/.exec(body)?.[1] ?? incoming.method
  front.calls[method] = (front.calls[method] ?? 0) + 1
  const waited = wait(front.delayMs)
  const parts = await partsOf(front, { incoming, outgoing, method, body })
  await waited
  await pipeline(Readable.from(parts), outgoing)
}

const wait = (ms) => (ms === 0 ? undefined : new Promise((resolve) => setTimeout(resolve, ms)))

// What is answered, piece by piece.
const partsOf = async (front, { incoming, outgoing, method, body }) => {
  const token = /<token>(front-\d+)<\/token>/.exec(body)?.[1]
  if (token !== undefined) {
    const result = front.open.get(token)
    front.open.delete(token)
    return method === 'ContinueRetrievePropertiesEx' && result !== undefined ? page(front, result) : envelope(`<${method}Response xmlns="urn:vim25"/>`)
  }
  if (front.copies === null || method !== 'RetrievePropertiesEx') return [await forward(front, incoming, outgoing, body)]
  const asked = withoutCopies(body, front.copies)
  const whole = (await forward(front, incoming, outgoing, asked.body)).toString()
  if (outgoing.statusCode !== 200) return [whole]
  return page(front, {
    method: 'RetrievePropertiesEx',
    objects: multiplied(whole.match(/<objects>.*?<\/objects>/gs) ?? [], front.copies, asked.members),
    at: 0,
    most: Number(/<maxObjects>(\d+)<\/maxObjects>/.exec(body)?.[1] ?? Infinity),
  })
}

/** The request with the original in place of its copies, not in pages; `members` are those asked for one by one, null: all. */
const withoutCopies = (body, { original, size }) => {
  const whole = body.replace(/<maxObjects>\d+<\/maxObjects>/, '')
  const members = []
  const rest = whole.replace(/<objectSet><obj type="VirtualMachine">([^<]*)<\/obj><\/objectSet>/g, (one, id) => {
    const member = memberOf(id, original, size)
    if (member === null) return one
    members.push(member)
    return members.length === 1 ? one.replace(id, original.id) : ''
  })
  return { body: rest, members: rest === whole && members.length === 0 ? null : members }
}

const memberOf = (id, original, size) => {
  if (id === original.id) return 1
  const number = Number(/^vm-9(\d{6})$/.exec(id)?.[1] ?? 0)
  return number > 1 && number <= size ? number : null
}

// Each object as its text and the member to make of it; the copies are made when they are sent.
const multiplied = (objects, { original, size }, members) =>
  objects.flatMap((text) => {
    if (!text.includes(`<obj type="VirtualMachine">${original.id}</obj>`)) return [{ text, member: 1 }]
    return (members ?? Array.from({ length: size }, (_, index) => index + 1)).map((member) => ({ text, member }))
  })

function* page(front, { method, objects, at, most }) {
  const end = Math.min(objects.length, at + most)
  let token = ''
  if (end < objects.length) {
    const name = `front-${Math.floor(Math.random() * 2 ** 48)}`
    front.open.set(name, { method: 'ContinueRetrievePropertiesEx', objects, at: end, most })
    token = `<token>${name}</token>`
  }
  const [head, tail] = envelope(`<${method}Response xmlns="urn:vim25"><returnval>${token}|</returnval></${method}Response>`)[0].split('|')
  yield head
  for (let next = at; next < end; next += 20) {
    yield objects
      .slice(next, Math.min(end, next + 20))
      .map(({ text, member }) => (member === 1 ? text : wordsOf(front.copies.original, member)(text)))
      .join('')
  }
  yield tail
}

const envelope = (body) => [
  `<?xml version="1.0" encoding="UTF-8"?>\n<soapenv:Envelope xmlns:soapenc="http://schemas.xmlsoap.org/soap/encoding/" xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>${body}</soapenv:Body></soapenv:Envelope>`,
]

// Sets the head of the answer and gives its body.
const forward = ({ target, agent }, incoming, outgoing, body) =>
  new Promise((resolve, reject) => {
    const headers = { ...incoming.headers, host: `127.0.0.1:${target}`, 'content-length': Buffer.byteLength(body) }
    const onward = request({ agent, host: '127.0.0.1', port: target, method: incoming.method, path: incoming.url, headers })
    onward.on('error', reject)
    onward.on('response', (response) => {
      outgoing.statusCode = response.statusCode
      for (const name of ['content-type', 'set-cookie']) if (response.headers[name] !== undefined) outgoing.setHeader(name, response.headers[name])
      bytesOf(response).then(resolve, reject)
    })
    onward.end(body)
  })

const bytesOf = async (stream) => {
  const parts = []
  for await (const part of stream) parts.push(part)
  return Buffer.concat(parts)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) serve(JSON.parse(process.argv[2]))
