import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { EngineError } from '@forgeplan/engine'
import type { Interceptor } from '@forgeplan/testkit'
import { Lab, LabProblems, World } from '@forgeplan/testkit'
import { ProviderError } from '@forgeplan/sdk'
import { doings } from '../support/truth.ts'
import { viewsOf } from '../support/views.ts'

/** One in every field that takes a secret, and in characters that any encoding would change. */
const canaries = {
  token: 'canary-token-7f3a"b\\c',
  password: 'canary password ä€ %41&<>',
  flavor: 'canary-flavor\nsecond-line-canary-91',
  variable: 'canary-variable-$(x)`y`',
} as const

const secrets = {
  'env:TOKEN': canaries.token,
  'file:password.txt': canaries.password,
  'env:FLAVOR': canaries.flavor,
  'var:login': canaries.variable,
} as const

const text = (image: string): string => `
stack: lab
variables:
  login: { sensitive: true }
providers:
  here: { plugin: sim, world: w, token: "env:TOKEN" }
flavors:
  web: { plugin: simflavor, secret: "env:FLAVOR", token: true, drain: true }
groups:
  web: { size: 2, instance: { provider: here, image: ${image}, password: "file:password.txt" }, flavor: web }
instances:
  nfs: { instance: { provider: here, image: ${image}, password: "\${var.login}" } }
outputs:
  web: "\${groups.web.ip}"
policy: { maxDestroy: "100%" }
`

const given = { secrets, variables: {} }

// Whole, in pieces that stand for it, and as other notations write it.
const shapesOf = (canary: string): readonly string[] => [
  canary,
  ...canary.split('\n').filter((line) => line.length > 8),
  JSON.stringify(canary).slice(1, -1),
  encodeURIComponent(canary),
  Buffer.from(canary).toString('base64'),
  Buffer.from(canary).toString('hex'),
]

const runtimeSecret = 'token-of-group.web'

const expectClean = (about: string, value: unknown): void => {
  const told = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  for (const canary of [...Object.values(canaries).flatMap(shapesOf), runtimeSecret])
    expect(told.includes(canary) || told.includes(JSON.stringify(canary).slice(1, -1)), `${about} holds ${canary}`).toBe(false)
}

const expectCleanLab = (lab: Lab): void => {
  expectClean('the journal', lab.journal.records)
  expectClean('the state', [...lab.state().rows.values()])
  expectClean('the outputs', lab.state().outputs)
}

/** Everything that a run shows to somebody. */
const expectCleanRun = async (lab: Lab): Promise<void> => {
  try {
    const plan = await lab.plan()
    expectClean('the plan', plan)
    for (const [kind, shown] of Object.entries(viewsOf(plan, lab))) expectClean(`the plan as ${kind}`, shown)
    const { events, outcome } = await lab.apply()
    expectClean('the events', events)
    expectClean('the outcome', [outcome.failure, outcome.counts, [...outcome.state.rows.values()]])
  } catch (error) {
    if (!(error instanceof EngineError || error instanceof LabProblems)) throw error
    expectClean('the error', `${error.message}\n${error.stack ?? ''}\n${JSON.stringify(error)}\n${inspect(error, { depth: 10 })}`)
  }
  expectCleanLab(lab)
}

const secretsLab = (): Lab => {
  const lab = new Lab({ world: new World({ name: 'w', creationMs: 1_000 }) })
  lab.configure(text('debian'), given)
  return lab
}

/** A provider that repeats every secret that it knows. */
const everything = Object.values(canaries).join(' and ')

const echoes: Readonly<Record<string, Interceptor>> = {
  'in the message of an error': async (about) => {
    const runtime = about.mutating ? 'token-of-group.web/1' : 'nothing more'
    throw new ProviderError(about.mutating ? 'denied' : 'transient', `The call failed: ${everything} and ${runtime}`)
  },
  'in an error that is none of ours': async (about, proceed) => {
    if (!about.mutating) return proceed()
    throw new Error(`bang: ${everything}`, { cause: new Error(canaries.token) })
  },
  'in JSON, in a URL and in base64': async (about, proceed) => {
    if (!about.mutating) return proceed()
    const url = `https://x/?t=${encodeURIComponent(canaries.password)}`
    throw new ProviderError('invalid', `${JSON.stringify({ t: everything })} ${url} ${Buffer.from(canaries.token).toString('base64')}`)
  },
  'in the outputs of an object': async (about, proceed) => {
    const result = (await proceed()) as { readonly outputs?: object }
    const outputs = { ...result.outputs, told: everything, [canaries.token]: [{ deep: canaries.password }] }
    return (about.method === 'apply' ? { ...result, outputs } : result) as never
  },
  'in what it observes': async (about, proceed) => {
    const result = await proceed()
    if (about.method !== 'observe' || !(result instanceof Map)) return result
    const told = [...result].map(([uid, seen]) => [
      uid,
      seen.kind === 'present'
        ? { ...seen, outputs: { ...seen.outputs, told: everything }, inputs: { ...seen.inputs, note: canaries.token } }
        : seen,
    ])
    return new Map(told as never) as never
  },
  'in why something cannot be read': async (about, proceed) => {
    const result = await proceed()
    if (about.method !== 'observe' || !(result instanceof Map)) return result
    return new Map([...result.keys()].map((uid) => [uid, { kind: 'unreadable', lastSeen: null, why: everything }])) as never
  },
  'in its progress': async (about, proceed) => {
    about.call.progress(everything)
    return proceed()
  },
}

describe('secrets', () => {
  it('reach the machine and nothing else', async () => {
    using lab = secretsLab()
    await expectCleanRun(lab)
    const delivered = lab.world.objects().map(({ delivered: inside }) => JSON.stringify(inside))
    expect(delivered.join('\n')).toContain('token-of-group.web/1')
    expect(lab.world.objects().map(({ delivered: inside }) => inside['password'])).toEqual(
      expect.arrayContaining([canaries.password, canaries.variable]),
    )
    expect(lab.world.objects().some(({ delivered: inside }) => inside['init']?.includes(canaries.flavor))).toBe(true)
    expect((await lab.plan()).steps).toEqual([])
  })

  it('that are rotated show as changed, without either value', async () => {
    using lab = secretsLab()
    await lab.apply()
    lab.configure(text('debian'), { ...given, secrets: { ...secrets, 'file:password.txt': 'another canary 55' } })
    const plan = await lab.plan()
    expect(plan.changes.filter(({ action }) => action === 'replace')).toHaveLength(2)
    expectClean('the plan', plan)
    const views = viewsOf(plan, lab)
    expect(views.text).toContain('(sensitive')
    expect(JSON.stringify([plan, views])).not.toContain('another canary 55')
    await lab.apply()
    expect(JSON.stringify(lab.journal.records)).not.toContain('another canary 55')
  })

  it.each(Object.entries(echoes))('that the provider echoes %s are taken out', async (_, echo) => {
    using lab = secretsLab()
    lab.world.interceptors.push(echo)
    await expectCleanRun(lab)
    await expectCleanRun(lab)
    lab.configure(text('alpine'), given)
    await expectCleanRun(lab)
    lab.world.interceptors.pop()
    await expectCleanRun(lab)
  })

  it('that are words of the configuration, too, hide nothing that has to be compared', async () => {
    using lab = secretsLab()
    const words = { ...secrets, 'env:TOKEN': 'debian', 'file:password.txt': 'ours' }
    lab.configure(text('debian'), { ...given, secrets: words })
    expect((await lab.apply()).outcome.result).toBe('done')
    expect(doings(await lab.plan())).toEqual([])
    lab.configure(text('debian').replaceAll('image: debian', 'image: debian, note: debian 12'), { ...given, secrets: words })
    expect((await lab.apply()).outcome.result).toBe('done')
    expect(doings(await lab.plan())).toEqual([])
  })

  it('that are gone stop the plan by name', async () => {
    using lab = secretsLab()
    await lab.apply()
    const missing = (): unknown => lab.configure(text('alpine'), { ...given, secrets: { 'env:TOKEN': canaries.token } as never })
    expect(missing).toThrow(/env:FLAVOR/)
  })
})
