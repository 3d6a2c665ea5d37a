import type { Health, Plain, PlainMap, Uid } from '@forgeplan/model'
import { formatDuration } from '@forgeplan/model'
import type { Call, MemberHandle } from '@forgeplan/sdk'
import { commandOf, healthy, probeHttp, probeTcp, unhealthy, unknown } from './probes.ts'

/** How long a survey of all members may take, milliseconds. */
const surveyBoundMs = 5000
/** How many members a survey asks at once. */
const surveyWidth = 128

/** Asks one member now, by everything that is configured. @throws the signal's reason when the call is aborted. */
export const askNow = async (config: PlainMap, member: MemberHandle, call: Call): Promise<Health> => {
  const health = await allOf([() => askInside(config, member, call), ...outside(config, member, call.signal)])
  call.signal.throwIfAborted()
  return health
}

/**
 * Asks all members over the network, many at a time, within 5 s for all of them; who was not reached in that time is
 * `unknown`, and so is what only a command inside could tell.
 * @throws the signal's reason when the call is aborted.
 */
export const survey = async (config: PlainMap, members: readonly MemberHandle[], call: Call): Promise<ReadonlyMap<Uid, Health>> => {
  const bound = AbortSignal.timeout(surveyBoundMs)
  const signal = AbortSignal.any([bound, call.signal])
  const seen = new Map<Uid, Health>()
  const queue = members.values()
  const worker = async (): Promise<void> => {
    for (const member of queue) seen.set(member.uid, await surveyOne(config, member, signal))
  }
  await Promise.all(Array.from({ length: Math.min(surveyWidth, members.length) }, worker))
  call.signal.throwIfAborted()
  return seen
}

const surveyOne = async (config: PlainMap, member: MemberHandle, signal: AbortSignal): Promise<Health> => {
  const late = unknown(`not asked within ${formatDuration(surveyBoundMs)}`)
  if (signal.aborted) return late
  const network = await allOf(outside(config, member, signal))
  if (signal.aborted && network.kind === 'unhealthy') return late
  const inside = commandOf(healthOf(config)['exec']) !== undefined
  return network.kind === 'healthy' && inside ? unknown('only a command inside of the machine could tell') : network
}

type Question = () => Promise<Health>

// All must be well; the first that is not decides.
const allOf = async (questions: readonly Question[]): Promise<Health> => {
  for (const ask of questions) {
    const health = await ask()
    if (health.kind !== 'healthy') return health
  }
  return healthy
}

const outside = (config: PlainMap, member: MemberHandle, signal: AbortSignal): readonly Question[] => {
  const { tcp, http } = healthOf(config)
  const asked = () => ({ outputs: member.outputs, signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutOf(config))]) })
  return [...(tcp === undefined ? [] : [() => probeTcp(tcp, asked())]), ...(isMap(http) ? [() => probeHttp(http, asked())] : [])]
}

const askInside = async (config: PlainMap, member: MemberHandle, call: Call): Promise<Health> => {
  const argv = commandOf(healthOf(config)['exec'])
  if (argv === undefined) return healthy
  if (member.guest === null) return unknown('nothing can be run inside of this machine')
  const timeout = AbortSignal.timeout(timeoutOf(config))
  try {
    const { exitCode } = await member.guest.run(argv, within(call, AbortSignal.any([call.signal, timeout])))
    return exitCode === 0 ? healthy : unhealthy(`the command ended with exit code ${exitCode}`)
  } catch (error) {
    call.signal.throwIfAborted()
    if (timeout.aborted) return unhealthy('the command did not end in time')
    throw error
  }
}

const within = (call: Call, signal: AbortSignal): Call => ({
  signal,
  progress: (message, fraction) => call.progress(message, fraction),
  record: (handle) => call.record(handle),
  now: () => call.now(),
  sleep: (ms) => call.sleep(ms),
})

const healthOf = (config: PlainMap): PlainMap => (isMap(config['health']) ? config['health'] : {})
const timeoutOf = (config: PlainMap): number => (typeof config['timeout'] === 'number' ? config['timeout'] : 2000)

const isMap = (value: Plain | undefined): value is PlainMap => typeof value === 'object' && value !== null && !Array.isArray(value)
