import type { Address, Roll, StepId, Unit, Wave } from '@forgeplan/model'
import { majorityOf, stepId } from '@forgeplan/model'
import type { Mover } from './movers.ts'

/** A roll, and what its gates need to know. */
export interface Schedule {
  readonly roll: Roll
  /** For each wave: so many other members have to be healthy before it begins. */
  readonly needs: readonly number[]
  /** Everybody who goes or comes in a wave. */
  readonly rolled: ReadonlySet<Address>
  /** New members that take what a rolled one gives up: they are made after the last wave. */
  readonly late: ReadonlySet<Address>
}

/** What is known of a unit before its waves. */
export interface Crew {
  readonly unit: Unit
  /** How many members the configuration wants. */
  readonly size: number
  /** Members that stand during the roll apart from the movers, and do their work now or are made before the first wave. */
  readonly others: number
  readonly late: ReadonlySet<Address>
}

// So many members have to be healthy while one of them is taken down. Who comes late cannot be; a majority is one all the same.
const floorOf = ({ update, policy }: Unit, size: number, late: number): number =>
  Math.max(0, size - late - update.maxUnavailable, policy.quorum === 'majority' ? majorityOf(size) : 0)

/** Cuts the movers into waves, in their order. */
export const scheduleOf = (movers: readonly Mover[], crew: Crew): Schedule => {
  const { unit, size, late } = crew
  const alive = floorOf(unit, size, late.size)
  const cuts = cut(movers, unit)
  const needs = needsOf(cuts, crew, alive)
  const rolled = new Set(movers.flatMap(({ address, successor }) => (successor === null ? [address] : [address, successor])))
  const leader = movers.find((mover) => mover.leader)
  const roll: Roll = {
    unit: unit.name,
    order: unit.update.order,
    size,
    alive,
    ...(leader === undefined ? {} : { leader: leader.address }),
    waves: wavesOf(cuts, unit, needs),
  }
  return { rolled, roll, needs, late }
}

type Cuts = readonly (readonly Mover[])[]

// A wave ends where the canaries end, and those that have a successor are not mixed with those that come back themselves.
const cut = (movers: readonly Mover[], { update }: Unit): Cuts => {
  const cuts: (readonly Mover[])[] = []
  const surging = movers.filter(isSurge)
  for (const some of [surging, movers.filter((mover) => !isSurge(mover))])
    for (let at = 0; at < some.length;) {
      const done = at + (some === surging ? 0 : surging.length)
      const width = some === surging ? Math.min(update.batch, update.maxSurge) : Math.min(update.batch, update.maxUnavailable)
      const end = done < update.canary ? Math.min(at + width, at + update.canary - done) : at + width
      cuts.push(some.slice(at, end))
      at = end
    }
  return cuts
}

const isSurge = ({ successor }: Mover): boolean => successor !== null

// Taking down what is down already costs nobody: such a wave needs no more alive than there are.
const needsOf = (cuts: Cuts, { others }: Crew, alive: number): readonly number[] => {
  let standing = others + cuts.flat().filter(({ well }) => well).length
  return cuts.map((wave) => {
    const well = wave.filter((mover) => mover.well).length
    const left = standing - well + wave.filter(isSurge).length
    standing = left + wave.filter((mover) => !isSurge(mover)).length
    return well > 0 ? alive : Math.min(alive, left)
  })
}

const wavesOf = (cuts: Cuts, unit: Unit, needs: readonly number[]): readonly Wave[] => {
  const canaries = canaryWave(cuts, unit)
  return cuts.map((wave, at): Wave => {
    const surge = wave.some(isSurge)
    // A successor is looked at before its predecessor goes, so a person is asked there; otherwise before the next wave.
    const asked = surge ? canaries === at : canaries === at - 1 && cuts[canaries]?.some(isSurge) === false
    const needless = at === 0 && !surge && needs[at] === 0
    return {
      members: wave.map(({ address }) => address),
      successors: wave.flatMap(({ successor }) => (successor === null ? [] : [successor])),
      gate: needless ? null : asked ? askId(unit) : stepId('gate', `wave-${at + 1}.${unit.name}`),
      ask: canaries === at ? askId(unit) : null,
    }
  })
}

const askId = ({ name }: Unit): StepId => stepId('gate', `canary.${name}`)

// The wave behind which a person is asked; -1: none. Nobody is asked about a roll that is over.
const canaryWave = (cuts: Cuts, { update }: Unit): number => {
  let seen = 0
  const at = update.canary === 0 ? -1 : cuts.findIndex((wave) => (seen += wave.length) >= update.canary)
  return at === cuts.length - 1 ? -1 : at
}
