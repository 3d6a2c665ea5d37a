import { decode, parse, wants, wantsOfSettings } from '@forgeplan/config'
import type { Config } from '@forgeplan/config'
import type { Catalog, Diagnostic, SecretSource } from '@forgeplan/model'
import { late } from '@forgeplan/model'
import { expect, test } from 'vitest'
import { settingsSchema } from '../src/settings.ts'
import { vm } from '../src/vm/vm-type.ts'

const catalog: Catalog = {
  providers: new Map([['vsphere', { name: 'vsphere', doc: 'vSphere.', settings: settingsSchema, machine: vm.name, types: [vm] }]]),
  flavors: new Map(),
  images: new Map(),
}

const read = (
  text: string,
  env: Readonly<Record<string, string>> = {},
): { readonly config: Config; readonly warnings: readonly Diagnostic[] } => {
  const document = parse([{ file: 'forge.yaml', text }])
  if (!document.ok) throw new Error('broken')
  const wanted = wantsOfSettings(wants(document.value), document.value, catalog)
  const isSet = (name: string): boolean => env[name] !== undefined
  const secrets = wanted.secrets.filter((source) => isSet(source.slice('env:'.length)))
  const config = decode(document.value, catalog, {
    environment: new Map(wanted.environment.filter(isSet).map((name) => [name, env[name] ?? ''])),
    files: new Map(),
    variables: new Map(),
    images: new Map(),
    origins: new Map(),
    secrets: new Map(secrets.map((source: SecretSource) => [source, { digest: null, isEmpty: false }])),
  })
  if (!config.ok) throw new Error(config.problems.map(({ detail }) => detail).join('\n'))
  return { config: config.value, warnings: config.warnings }
}

const block = (settings: string, machine: string): string =>
  `stack: s\nproviders: { v: { plugin: vsphere${settings} } }\ninstances: { i: { instance: { provider: v${machine} } } }\n`

test('the properties of an InfraKit instance are read as they are', () => {
  const old = `, Datacenter: DC0, Datastore: LocalDS, Hostname: esx1, Network: "VM Network", Memory: 512, CPUs: "2", isoPath: iso/web.iso,
    Template: base, PowerOn: false, Annotation: web, vmPrefix: web, persistantSZ: 0`
  const own = `, datacenter: DC0, datastore: LocalDS, host: esx1, network: "VM Network", memory: 512MiB, cpus: 2, iso: iso/web.iso,
    template: base, powerOn: false, notes: web, namePrefix: web, persistentSize: 0B`
  const { config, warnings } = read(block('', old))
  expect(config.units).toEqual(read(block('', own)).config.units)
  expect(warnings.map(({ code }) => code)).toEqual(Array.from({ length: 12 }, () => 'FORGE1022'))
})

test('the environment of InfraKit comes before that of govc, and no login in it is held', () => {
  const env = {
    INFRAKIT_VSPHERE_VCDATACENTER: 'DC0',
    GOVC_DATACENTER: 'DC1',
    GOVC_INSECURE: '1',
    VCURL: 'https://root:canary@vc/sdk',
    GOVC_PASSWORD: 'canary',
  }
  const { settings } = read(block('', ''), env).config.providers[0] ?? {}
  expect(settings).toEqual({
    datacenter: 'DC0',
    insecure: true,
    connection: late({ kind: 'secret', source: 'env:VCURL', digest: null }),
    password: late({ kind: 'secret', source: 'env:GOVC_PASSWORD', digest: null }),
  })
})

test('an address in the configuration is not overruled by one of the environment', () =>
  expect(read(block(', url: vc1', ''), { GOVC_URL: 'vc2' }).config.providers[0]?.settings).toEqual({ url: 'vc1' }))

test('how the configuration trusts the server comes before what the environment says of it', () => {
  const env = { GOVC_INSECURE: '1', GOVC_TLS_CA_CERTS: '/etc/ca.pem' }
  const settingsWith = (settings: string) => read(block(settings, ''), env).config.providers[0]?.settings
  expect(settingsWith(', thumbprint: "sha256:00"')).toEqual({ thumbprint: 'sha256:00' })
  expect(settingsWith(', caFile: own.pem')).toEqual({ caFile: 'own.pem' })
})

test.each(['/DC0/vm/web', '/europe/DC0/vm', 'web/../..', './web', '..'])(
  'the folder %s, which would be made below itself, is refused',
  (folder) => {
    expect(() => read(block('', `, template: t, folder: "${folder}"`))).toThrow('a path below the datacenter’s folder of machines')
  },
)

test.each(['/', 'web', 'prod/web', '/prod/web', 'a.b/..c', 'x/vm'])('the folder %s is taken', (folder) => {
  expect(() => read(block('', `, template: t, folder: "${folder}"`))).not.toThrow()
})
