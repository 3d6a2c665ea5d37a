// A process in front of a simulated vCenter: it counts the calls, makes each answer wait as on a long line, and shows one
// of the machines many times, for who only reads. The simulator makes some forty machines a second; the copies cost it
// nothing, and come in its own words, since each is its answer about the one machine with some words replaced.
import { readFileSync } from 'node:fs'
import { Agent, createServer, request } from 'node:https'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { wordsOf } from './copies.mjs'

/** Starts the server; `orders` are `{ port, identity }` with the vCenter's port and the PEM file of key and certificate. */
const serve = ({ port: target, identity }) => {
  const front = {
    target,
    agent: new Agent({ keepAlive: true, rejectUnauthorized: false }),
    delayMs: 0,
    calls: {},
    copies: null,
    open: new Map(),
    tokens: 0,
  }
  const pem = readFileSync(identity, 'utf8')
  const server = createServer({ key: pem, cert: pem }, (incoming, outgoing) => {
    answer(front, incoming, outgoing).catch(() => outgoing.destroy())
  })
  // A connection that is closed just when a call is sent on it would be a failure that no vCenter has.
  server.keepAliveTimeout = 600_000
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
  await pipeline(parts, outgoing)
}

const wait = (ms) => (ms === 0 ? undefined : new Promise((resolve) => setTimeout(resolve, ms)))

// What is answered, as a stream.
const partsOf = async (front, { incoming, outgoing, method, body }) => {
  const token = /<token>(front-\d+)<\/token>/.exec(body)?.[1]
  if (token !== undefined) return Readable.from(rest(front, token, method))
  if (front.copies === null || method !== 'RetrievePropertiesEx') return forward(front, incoming, outgoing, body)
  const asked = withoutCopies(body, front.copies)
  const whole = (await bytesOf(await forward(front, incoming, outgoing, asked.body))).toString()
  if (outgoing.statusCode !== 200) return Readable.from([whole])
  const objects = multiplied(whole.match(/<objects>.*?<\/objects>/gs) ?? [], front.copies, asked.members)
  const most = Number(/<maxObjects>(\d+)<\/maxObjects>/.exec(body)?.[1] ?? Infinity)
  return Readable.from(page(front, method, { objects, at: 0, most }))
}

// What comes after a page; or the end of it, where that is all that is asked.
const rest = (front, token, method) => {
  const result = front.open.get(token)
  front.open.delete(token)
  return method === 'ContinueRetrievePropertiesEx' ? page(front, method, result) : [envelope(`<${method}Response xmlns="urn:vim25"/>`)]
}

/** The request with the original in place of its copies, not in pages; `members` are those asked for one by one, null where none is. */
const withoutCopies = (body, { original, size }) => {
  const whole = body.replace(/<maxObjects>\d+<\/maxObjects>/, '')
  const members = []
  const single = whole.replace(/<objectSet><obj type="VirtualMachine">([^<]*)<\/obj><\/objectSet>/g, (one, id) => {
    const member = memberOf(id, original, size)
    if (member === null) return one
    members.push(member)
    return members.length === 1 ? one.replace(id, original.id) : ''
  })
  return { body: single, members: members.length === 0 ? null : members }
}

const memberOf = (id, original, size) => {
  if (id === original.id) return 1
  const number = Number(/^vm-9(\d{6})$/.exec(id)?.[1] ?? 0)
  return number > 1 && number <= size ? number : null
}

// Each object as its text and what makes it one of the members; that is done when it is sent.
const multiplied = (objects, { original, size }, members) => {
  const asMember = (members ?? Array.from({ length: size }, (_, index) => index + 1)).map((member) => wordsOf(original, member))
  const isOriginal = (text) => text.includes(`<obj type="VirtualMachine">${original.id}</obj>`)
  return objects.flatMap((text) =>
    isOriginal(text) ? asMember.map((words) => ({ text, words })) : [{ text: withReferences(text, original, asMember), words: same }],
  )
}

// What is in a view is told as references alone.
const withReferences = (text, original, asMember) => {
  if (!text.includes('<obj type="ContainerView">')) return text
  const reference = new RegExp(`<ManagedObjectReference type="VirtualMachine">${original.id}</ManagedObjectReference>`)
  return text.replace(reference, (own) => asMember.map((words) => words(own)).join(''))
}

const same = (text) => text
const textOf = ({ text, words }) => words(text)

function* page(front, method, { objects, at, most }) {
  const end = Math.min(objects.length, at + most)
  const [head, tail] = envelope(`<${method}Response xmlns="urn:vim25"><returnval>|</returnval></${method}Response>`).split('|')
  yield head
  if (end < objects.length) {
    const token = `front-${++front.tokens}`
    front.open.set(token, { objects, at: end, most })
    yield `<token>${token}</token>`
  }
  for (let next = at; next < end; next += 20)
    yield objects
      .slice(next, Math.min(end, next + 20))
      .map(textOf)
      .join('')
  yield tail
}

const envelope = (body) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>${body}</soapenv:Body></soapenv:Envelope>`

// Sets the head of the answer and gives its body.
const forward = ({ target, agent }, incoming, outgoing, body) =>
  new Promise((resolve, reject) => {
    const headers = { ...incoming.headers, host: `127.0.0.1:${target}`, 'content-length': Buffer.byteLength(body) }
    const onward = request({ agent, host: '127.0.0.1', port: target, method: incoming.method, path: incoming.url, headers })
    onward.on('error', reject)
    onward.on('response', (response) => {
      outgoing.statusCode = response.statusCode
      for (const name of ['content-type', 'set-cookie'])
        if (response.headers[name] !== undefined) outgoing.setHeader(name, response.headers[name])
      resolve(response)
    })
    // Who asks no longer, as a poll that is given up, is not waited for.
    outgoing.once('close', () => onward.destroy())
    onward.end(body)
  })

const bytesOf = async (stream) => {
  const parts = []
  for await (const part of stream) parts.push(part)
  return Buffer.concat(parts)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) serve(JSON.parse(process.argv[2]))
