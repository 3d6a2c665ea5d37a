import type { Address, Code, Found, Observation, PlainMap, RemoteId, Status, TypeName, Uid } from '@forgeplan/model'
import { codes, isUuid, lineage, parseAddress, parseMark, parsePlainMap, remoteId, uid } from '@forgeplan/model'
import type { Applied, Forecast } from '@forgeplan/sdk'
import { ProviderError } from '@forgeplan/sdk'

// What a provider answers is data from outside: it is read field by field, and what does not fit names the provider.

const idLength = 1024
const textLength = 4096
const sweepLimit = 1_000_000

type Loose = Readonly<Record<string, unknown>>

const broken = (what: string): ProviderError =>
  new ProviderError('internal', `The answer of the provider cannot be used, which is a bug in it: ${what}.`)

export const asLoose = (input: unknown, what: string): Loose => {
  if (typeof input !== 'object' || input === null) throw broken(`${what} is no object`)
  return input as Loose
}

export const takeText = (input: unknown, what: string, longest: number): string => {
  if (typeof input !== 'string' || input === '' || input.length > longest) throw broken(`${what} is no text of 1 to ${longest} characters`)
  return input
}

export const takeId = (input: unknown): RemoteId => remoteId(takeText(input, 'the id', idLength))
const takeWhy = (input: unknown): string => (typeof input === 'string' ? input.slice(0, textLength) : 'the provider gave no reason')

export const takeMap = (input: unknown, what: string): PlainMap => {
  const map = parsePlainMap(input)
  if (map === undefined) throw broken(`${what} hold something that is not plain data, or too much of it`)
  return map
}

const takeTime = (input: unknown, what: string): number => {
  if (typeof input !== 'number' || !Number.isFinite(input)) throw broken(`${what} is no time in milliseconds`)
  return input
}

const takeStatus = (input: unknown): Status => {
  const status = asLoose(input, 'the status')
  if (status['kind'] === 'running') return { kind: 'running' }
  if (status['kind'] === 'stopped') return { kind: 'stopped', why: takeWhy(status['why']) }
  throw broken('the status is neither running nor stopped')
}

/** An observation as it may be trusted. @throws ProviderError `internal` if it is none. */
export const takeObservation = (input: unknown): Observation => {
  const seen = asLoose(input, 'an observation')
  switch (seen['kind']) {
    case 'absent':
      return seen['remains'] === true ? { kind: 'absent', remains: true } : { kind: 'absent' }
    case 'pending': {
      const handle = takeText(seen['handle'], 'the handle', textLength)
      return { kind: 'pending', since: takeTime(seen['since'], 'since'), deadline: takeTime(seen['deadline'], 'the deadline'), handle }
    }
    case 'present':
      return {
        kind: 'present',
        id: takeId(seen['id']),
        inputs: takeMap(seen['inputs'], 'the inputs'),
        outputs: takeMap(seen['outputs'], 'the outputs'),
        status: takeStatus(seen['status']),
      }
    case 'detached':
      return { kind: 'detached', id: takeId(seen['id']), where: takeWhy(seen['where']) }
    case 'copy':
      return { kind: 'copy', id: takeId(seen['id']), of: uid(takeText(seen['of'], 'the uid', 256)) }
    case 'foreign':
      if (!isUuid(seen['lineage'])) throw broken('the lineage of a foreign object is no UUID')
      return { kind: 'foreign', id: takeId(seen['id']), lineage: lineage(seen['lineage']) }
    case 'unreadable':
      return { kind: 'unreadable', lastSeen: typeof seen['lastSeen'] === 'number' ? seen['lastSeen'] : null, why: takeWhy(seen['why']) }
    default:
      throw broken('an observation has an unknown kind')
  }
}

/** The answer of `observe` for exactly the uids asked for; a missing one reads as unreadable. */
export const takeObservations = (answer: unknown, asked: readonly Uid[]): ReadonlyMap<Uid, Observation> => {
  if (!(answer instanceof Map)) throw broken('observe did not return a map')
  return new Map(asked.map((id) => [id, answer.has(id) ? takeObservation(answer.get(id)) : unanswered]))
}

const unanswered: Observation = { kind: 'unreadable', lastSeen: null, why: 'the provider did not say anything about it' }

/** What `apply` returned. */
export const takeApplied = (answer: unknown): Applied => {
  const applied = asLoose(answer, 'the result of apply')
  return { id: takeId(applied['id']), outputs: takeMap(applied['outputs'], 'the outputs') }
}

/** A sweep of one type. What carries no readable mark is not ours: anybody may write there, so it is no bug of the provider. */
export const takeFound = async (items: AsyncIterable<unknown>, type: TypeName, signal: AbortSignal): Promise<readonly Found[]> => {
  const found: Found[] = []
  for await (const item of items) {
    signal.throwIfAborted()
    const { mark: raw, observation } = asLoose(item, 'an object that was found')
    const mark = parseMark(raw)
    if (mark !== undefined) found.push({ type, mark, observation: takeObservation(observation) })
    if (found.length > sweepLimit) throw broken(`it lists more than ${sweepLimit} objects`)
  }
  return found
}

/** What a preflight says. @throws ProviderError `internal` if it is no list of diagnostics. */
export const takeDiagnostics = (answer: unknown): readonly Forecast[] => {
  if (!Array.isArray(answer)) throw broken('preflight did not return a list')
  return answer.map(takeDiagnostic)
}

// Places in files are forge's own to give: a provider is not told where anything was written.
const takeDiagnostic = (input: unknown): Forecast => {
  const said = asLoose(input, 'a diagnostic')
  const { severity, code, address } = said
  if (severity !== 'error' && severity !== 'warning') throw broken('the severity of a diagnostic is neither error nor warning')
  if (!isCode(code)) throw broken('the code of a diagnostic is not in the catalogue')
  const words = {
    summary: takeText(said['summary'], 'the summary of a diagnostic', textLength),
    detail: takeText(said['detail'], 'the detail of a diagnostic', textLength),
  }
  return {
    severity,
    code,
    ...words,
    ...(address === undefined ? {} : { address: takeAddress(address) }),
    ...(said['stopsApply'] === true ? { stopsApply: true } : {}),
  }
}

const isCode = (input: unknown): input is Code => typeof input === 'string' && Object.hasOwn(codes, input)

const takeAddress = (input: unknown): Address => {
  const address = typeof input === 'string' ? parseAddress(input) : undefined
  if (address === undefined) throw broken('the address of a diagnostic is none')
  return address
}

/** A handle that a provider wants to keep. */
export const takeHandle = (input: unknown): string => takeText(input, 'the handle', textLength)
