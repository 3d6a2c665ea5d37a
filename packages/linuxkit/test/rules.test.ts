import { describe, expect, it } from 'vitest'
import { diagnosticsText } from '@forgeplan/report'
import { capabilityNames, limitNames } from '../src/index.ts'
import { diagnosticsOf, told } from './reading.ts'

const service = (rest: string): string => `services:\n  - name: a\n    image: x/a:1\n${rest.replaceAll(/^/gm, '    ')}\n`
const inService = (key: string, value: unknown): string => service(`${key}: ${JSON.stringify(value)}`)
const inFile = (rest: object): string => `files:\n  - ${JSON.stringify({ path: 'etc/a', ...rest })}\n`

describe('accepted', () => {
  it.each([
    ['a known capability', inService('capabilities', capabilityNames)],
    ['the word all, in any case', inService('capabilities', ['ALL'])],
    ['the word none', inService('ambient', ['none'])],
    ['a bind with options', inService('binds', ['/a:/b:ro,rshared'])],
    ['a tmpfs with options', inService('tmpfs', ['/tmp', '/run:size=1m,mode=755'])],
    [
      'every limit with and without its prefix',
      inService(
        'rlimits',
        limitNames.flatMap((name) => [`${name},1,2`, `${name.slice(7).toLowerCase()}, 1, unlimited`]),
      ),
    ],
    ['a mount that its source explains', inService('mounts', [{ source: 'cgroup' }, { source: 'proc', destination: '/proc' }])],
    ['a mount that its destination explains', inService('mounts', [{ destination: '/dev' }])],
    ['a mount in full', inService('mounts', [{ type: 'bind', source: '/a', destination: '/b', options: ['rw'] }])],
    ['a class of devices', inService('devices', [{ path: 'all', type: 'b' }])],
    ['a device with a mode', inService('devices', [{ path: '/dev/sda', type: 'b', major: 8, minor: 0, mode: '0660' }])],
    ['a uid that is the name of a container', `${service('uid: a\ngid: root')}files:\n  - {path: x, contents: "", uid: a, gid: ""}\n`],
    ['a volume', `${inService('binds', ['v:/mnt'])}volumes:\n  - name: v\n`],
    ['a readonly volume that is only read', `${inService('binds', ['v:/mnt:rshared,ro'])}volumes:\n  - {name: v, readonly: true}\n`],
    ['an empty file', inFile({ contents: '' })],
    ['a directory', inFile({ directory: true, mode: '755' })],
    ['a link', inFile({ symlink: '/x' })],
    ['the configuration as a file', inFile({ metadata: 'yaml' })],
    ['a local file', inFile({ source: '~/.ssh/id.pub', optional: true })],
    ['two onboot containers of one name', 'onboot:\n  - {name: a, image: "x/a:1"}\n  - {name: a, image: "x/a:1"}\n'],
    ['an image by digest', `init: ["x/a@sha256:${'0'.repeat(64)}"]\n`],
    ['a package of a local directory', 'init: ["@pkg:./pkg/init"]\n'],
    ['a container without settings', service('')],
  ])('%s', (_, text) => {
    expect(diagnosticsOf(text)).toEqual([])
  })

  it.each(['', '# nothing\n', 'kernel: {}\n'])('%j holds nothing, which is allowed', (text) => {
    expect(diagnosticsOf(text)).toEqual([])
  })
})

describe('refused', () => {
  it.each([
    ['a capability without its prefix', inService('capabilities', ['NET_ADMIN']), 'FORGE1305 "NET_ADMIN"'],
    ['a capability in small letters', inService('capabilities.add', ['cap_net_admin']), 'FORGE1305 "cap_net_admin"'],
    ['all beside others', inService('capabilities', ['CAP_CHOWN', 'all']), 'FORGE1305 "all"'],
    ['a bind without a destination', inService('binds', ['/a']), 'FORGE1306 "/a"'],
    ['a bind with too many colons', inService('binds.add', ['/a:/b:ro:x']), 'FORGE1306 "/a:/b:ro:x"'],
    ['a tmpfs with too many colons', inService('tmpfs', ['/a:b:c']), 'FORGE1307 "/a:b:c"'],
    ['a mount without a type', inService('mounts', [{ destination: '/x', source: '/y' }]), 'FORGE1308 "destination"'],
    ['a mount without a destination', inService('mounts', [{ type: 'bind', source: '/y' }]), 'FORGE1308 "type"'],
    ['a mount of the runtime without a destination', inService('runtime', { mounts: [{ type: 'bind' }] }), 'FORGE1308 "type"'],
    ['a limit of two parts', inService('rlimits', ['nofile,1']), 'FORGE1309 "nofile,1"'],
    ['a limit that is not known', inService('rlimits', ['nofiles,1,2']), 'FORGE1309 "nofiles,1,2"'],
    ['a limit with no number', inService('rlimits', ['nofile,1,-2']), 'FORGE1309 "nofile,1,-2"'],
    ['a limit beyond 64 bits', inService('rlimits', ['nofile,1,18446744073709551616']), 'FORGE1309 "nofile,1,18446744073709551616"'],
    ['a mode of a file with a decimal digit', inFile({ contents: '', mode: '0648' }), 'FORGE1310 "0648"'],
    ['a mode of a device with letters', inService('devices', [{ path: '/dev/x', mode: 'rw' }]), 'FORGE1310 "rw"'],
    ['a mode that is too large', inFile({ contents: '', mode: '77777777777' }), 'FORGE1310 "77777777777"'],
    ['a uid that nobody has', inService('uid', 'b'), 'FORGE1311 "b"'],
    ['a group that is a number in quotes', inService('additionalGids', [1, '2']), 'FORGE1311 "2"'],
    ['an owner that nobody is', inFile({ contents: '', gid: 'x' }), 'FORGE1311 "x"'],
    ['a volume that is not there', inService('binds', ['v:/mnt']), 'FORGE1312 "v:/mnt"'],
    ['writing to a readonly volume', `${inService('binds', ['v:/mnt'])}volumes:\n  - {name: v, readonly: true}\n`, 'FORGE1312 "v:/mnt"'],
    ['a file without an origin', inFile({}), 'FORGE1313 "path"'],
    ['a file with two origins', inFile({ contents: '', source: 'x' }), 'FORGE1313 "path"'],
    ['a directory with contents', inFile({ directory: true, contents: 'x' }), 'FORGE1313 "path"'],
    ['a file without a path', 'files:\n  - {path: "", contents: ""}\n', 'FORGE1313 path'],
    ['a class of devices without a type', inService('devices', [{ path: 'all' }]), 'FORGE1314 "all"'],
    ['a device without a path', inService('devices', [{ type: 'b' }]), 'FORGE1314 "type"'],
    ['a device of no type', inService('devices', [{ path: '/dev/x', type: 'block' }]), 'FORGE1314 "block"'],
    ['a name of a volume with capitals', 'volumes:\n  - name: Data\n', 'FORGE1015 Data'],
    ['an image that cannot be read', 'init: ["x/A:1"]\n', 'FORGE1301 "x/A:1"'],
    ['a list at the top', '- a\n', 'FORGE1014 - a\n'],
  ])('%s', (_, text, expected) => {
    expect(told(text)).toEqual([expected])
  })

  it('two services of one name in two files, with both places', () => {
    const [problem, ...others] = diagnosticsOf(service(''), service(''))
    expect(others).toEqual([])
    expect(problem).toMatchObject({ code: 'FORGE1303', span: { file: 'b.yml' }, related: [{ span: { file: 'a.yml' } }] })
  })

  it('two volumes of one name', () => {
    expect(told('volumes:\n  - name: v\n  - name: v\n')).toEqual(['FORGE1303 v'])
  })

  it('all problems at once, in order of their places', () => {
    const text = 'kernel:\n  image: x/Y:1\nservices:\n  - name: a\n    image: x:1\n    net: 1\n    tmpfs: ["a:b:c"]\nfile: []\n'
    expect(told(text)).toEqual(['FORGE1301 x/Y:1', 'FORGE1014 1', 'FORGE1307 "a:b:c"', 'FORGE1012 file'])
  })

  it('nothing at all', () => {
    expect(told()).toEqual(['FORGE1011 '])
  })
})

describe('warned of', () => {
  it.each(['nginx', 'nginx:latest', 'registry.example.com:5000/a/b'])('%s, which is not pinned', (image) => {
    expect(told(`init:\n  - ${image}\n`)).toEqual([`FORGE1302 ${image}`])
  })

  it('trust', () => {
    expect(told('trust:\n  org: [linuxkit]\n')).toEqual(['FORGE1304 trust'])
  })

  it('with the line in front of the reader', () => {
    const text = service('').replace('x/a:1', 'nginx')
    const shown = diagnosticsText(diagnosticsOf(text), new Map([['a.yml', text]]), { color: false, width: 76 })
    expect(shown).toContain('on a.yml:3:12:')
    expect(shown).toMatch(/3: {3} {4}image: nginx\n.*\^{5}\n/)
    expect(shown).toContain('"docker.io/library/nginx:latest"')
  })
})
