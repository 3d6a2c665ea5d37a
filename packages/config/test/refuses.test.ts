import { expect, test } from 'vitest'
import type { Outside } from './reading.ts'
import { problemsOf } from './reading.ts'

interface Case {
  readonly name: string
  readonly text: string
  /** `CODE line:column`, from 1. */
  readonly at: string
  /** A distinctive piece of the detail. */
  readonly says: string
  readonly outside?: Outside
}

// Two lines that most cases stand on, so that their own text begins on line 3.
const base = 'stack: s\nproviders: { p: { plugin: sim, endpoint: e } }\n'
const on = (text: string): string => base + text
/** A group `g` whose machine has more inputs: they begin at 4:56. */
const machine = (inputs: string): string => on(`groups:\n  g: { size: 1, instance: { provider: p, memory: 1GiB, ${inputs} } }`)

const cases: readonly Case[] = [
  { name: 'broken YAML', text: 'stack: "x\n', at: 'FORGE1001 2:1', says: 'Missing closing' },
  { name: 'a tab as indentation', text: 'stack:\n\tx: 1', at: 'FORGE1001 2:1', says: 'Indent every line with spaces' },
  { name: 'tabs on many lines', text: 'stack: s\ngroups:\n\tweb:\n\t\tsize: 3\n', at: 'FORGE1001 3:1', says: 'Tabs are not allowed' },
  {
    name: 'an expression without quotes',
    text: 'stack: s\nproviders: { p: { endpoint: ${var.x} } }\n',
    at: 'FORGE1001 2:30',
    says: '"${"',
  },
  {
    name: 'a missing colon',
    text: 'stack: s\ngroups:\n  g:\n    instance { a: b, c: d }\n    size: 1',
    at: 'FORGE1001 4:19',
    says: 'a key has ":"',
  },
  { name: 'broken YAML before a second document', text: 'a: "x" y\n---\nb: "x" y', at: 'FORGE1001 1:8', says: 'quotes' },
  { name: 'a NUL character', text: 'stack: a\0b', at: 'FORGE1003 1:9', says: 'NUL' },
  { name: 'an escaped NUL', text: on('outputs: { a: "x\\0" }'), at: 'FORGE1003 3:15', says: 'written as an escape' },
  { name: 'half of a UTF-16 pair', text: 'stack: a\ud800b', at: 'FORGE1003 1:9', says: 'UTF-16' },
  { name: 'more than 5 MB', text: `stack: s\n#${'x'.repeat(5_000_001)}`, at: 'FORGE1002 1:1', says: '5000000' },
  { name: 'deep flow', text: `stack: ${'['.repeat(5000)}`, at: 'FORGE1004 1:108', says: '100' },
  { name: 'deep block lists', text: `stack: s\nx:\n  ${'- '.repeat(5000)}1`, at: 'FORGE1004 3:203', says: '100' },
  { name: 'two documents', text: 'stack: s\n---\nstack: t', at: 'FORGE1005 2:1', says: 'second YAML document' },
  { name: 'an unknown alias', text: on('outputs: { a: &here 1, b: *her }'), at: 'FORGE1006 3:27', says: 'Did you mean "here"?' },
  { name: 'a circular alias', text: on('outputs: { a: { value: &x [*x] } }'), at: 'FORGE1006 3:28', says: 'inside what it repeats' },
  { name: 'an alias bomb', text: bomb(), at: 'FORGE1006 7:56', says: '100000 values' },
  { name: 'the same key twice', text: on('stack: t'), at: 'FORGE1007 3:1', says: '"stack" already stands' },
  { name: 'a $ key', text: on('outputs: { $late: 1 }'), at: 'FORGE1008 3:12', says: '"$late" is reserved' },
  { name: '__proto__', text: on('__proto__: { a: 1 }'), at: 'FORGE1008 3:1', says: '"__proto__" is reserved' },
  { name: 'a list as key', text: on('? [a]\n: 1'), at: 'FORGE1008 3:3', says: 'A key is a text' },
  { name: 'a huge number', text: machine('cpus: 9007199254740993'), at: 'FORGE1009 4:62', says: 'lose digits' },
  { name: 'infinity', text: machine('ratio: .inf'), at: 'FORGE1009 4:63', says: 'is none' },
  { name: 'a foreign tag', text: on('outputs: { a: !secret x }'), at: 'FORGE1010 3:15', says: 'tag' },
  { name: 'YAML 1.1', text: '%YAML 1.1\n---\nstack: s', at: 'FORGE1010 1:1', says: 'YAML 1.1' },
  { name: 'a list as file', text: '- 1', at: 'FORGE1014 1:1', says: 'is a map' },
  { name: 'an empty file', text: '', at: 'FORGE1013 1:1', says: 'needs the key "stack"' },
  { name: 'an unknown top-level key', text: on('grups: {}'), at: 'FORGE1012 3:1', says: 'Did you mean "groups"?' },
  { name: 'a merge key', text: on('<<: {}'), at: 'FORGE1012 3:1', says: 'no merge keys' },
  { name: 'an unknown input', text: machine('cpu: 2'), at: 'FORGE1012 4:56', says: 'Did you mean "cpus"?' },
  {
    name: 'an unknown key of a group',
    text: on('groups:\n  g: { size: 1, polcy: {}, instance: { provider: p, memory: 1GiB } }'),
    at: 'FORGE1012 4:17',
    says: 'Did you mean "policy"?',
  },
  {
    name: 'a missing input',
    text: on('groups:\n  g: { size: 1, instance: { provider: p } }'),
    at: 'FORGE1013 4:17',
    says: 'needs the key "memory"',
  },
  { name: 'a missing machine', text: on('instances:\n  n: {}'), at: 'FORGE1013 4:3', says: 'needs the key "instance"' },
  {
    name: 'a missing provider',
    text: on('instances:\n  n: { instance: { memory: 1GiB } }'),
    at: 'FORGE1013 4:8',
    says: 'needs the key "provider"',
  },
  { name: 'a missing plugin', text: 'stack: s\nproviders: { p: {} }', at: 'FORGE1013 2:14', says: 'needs the key "plugin"' },
  { name: 'a quoted number', text: machine('cpus: "2"'), at: 'FORGE1014 4:62', says: 'Remove the quotes' },
  { name: 'a number as text', text: machine('hostname: 5'), at: 'FORGE1014 4:66', says: 'Put it in quotes' },
  { name: 'a size without unit', text: machine('disks: [{ name: a, size: 5 }]'), at: 'FORGE1014 4:81', says: 'Write the unit' },
  { name: 'no duration', text: machine('bootTimeout: 5 minutes'), at: 'FORGE1014 4:69', says: 'such as 60s or 10m' },
  { name: 'an empty value', text: on('groups:\n  g: { size: 1, instance: }'), at: 'FORGE1014 4:17', says: 'nothing stands here' },
  { name: 'a list for a map', text: machine('env: [a]'), at: 'FORGE1014 4:56', says: 'takes a map, but a list' },
  { name: 'neither alternative', text: machine('network: 5'), at: 'FORGE1014 4:65', says: 'a text or a map' },
  { name: 'too small', text: machine('cpus: 0'), at: 'FORGE1015 4:62', says: 'from 1 to 64' },
  { name: 'no such word', text: machine('firmware: EFI'), at: 'FORGE1015 4:66', says: 'Did you mean "efi"?' },
  { name: 'a pattern missed', text: machine('hostname: a_b'), at: 'FORGE1015 4:66', says: 'does not match' },
  {
    name: 'too many items',
    text: machine(`disks: [${[1, 2, 3, 4, 5].map((n) => `{ name: d${n}, size: 1GiB }`).join(', ')}]`),
    at: 'FORGE1015 4:56',
    says: 'at most 4',
  },
  { name: 'a bad stack name', text: 'stack: My Stack', at: 'FORGE1015 1:8', says: 'lower-case' },
  {
    name: 'a bad group name',
    text: on('groups:\n  Web_1: { size: 1, instance: { provider: p, memory: 1GiB } }'),
    at: 'FORGE1016 4:3',
    says: '"Web_1" cannot be a name',
  },
  {
    name: 'a bad member id',
    text: on('groups:\n  g: { ids: [a, "b/c"], instance: { provider: p, memory: 1GiB } }'),
    at: 'FORGE1015 4:17',
    says: '1 to 63 letters',
  },
  {
    name: 'the same id twice',
    text: on('groups:\n  g: { ids: [a, a], instance: { provider: p, memory: 1GiB } }'),
    at: 'FORGE1018 4:17',
    says: '"a" already stands',
  },
  {
    name: 'two disks of one name',
    text: machine('disks: [{ name: a, size: 1GiB }, { name: a, size: 2GiB }]'),
    at: 'FORGE1018 4:91',
    says: 'told apart by "name"',
  },
  {
    name: 'size and ids',
    text: on('groups:\n  g: { size: 1, ids: [a], instance: { provider: p, memory: 1GiB } }'),
    at: 'FORGE1019 4:17',
    says: 'both size and ids',
  },
  {
    name: 'neither size nor ids',
    text: on('groups:\n  g: { instance: { provider: p, memory: 1GiB } }'),
    at: 'FORGE1019 4:3',
    says: 'neither size nor ids',
  },
  {
    name: 'a misspelt size',
    text: on('groups:\n  g: { sizee: 3, instance: { provider: p, memory: 1GiB } }'),
    at: 'FORGE1012 4:8',
    says: 'Did you mean "size"?',
  },
  {
    name: 'a misspelt input that is required',
    text: on('instances:\n  n: { instance: { provider: p, memry: 1GiB } }'),
    at: 'FORGE1012 4:33',
    says: 'Did you mean "memory"?',
  },
  {
    name: 'a misspelt provider of a machine',
    text: on('instances:\n  n: { instance: { provder: p, memory: 1GiB } }'),
    at: 'FORGE1012 4:20',
    says: 'Did you mean "provider"?',
  },
  {
    name: 'a misspelt plugin',
    text: 'stack: s\nproviders: { p: { plugn: sim, endpoint: e } }',
    at: 'FORGE1012 2:19',
    says: 'Did you mean "plugin"?',
  },
  {
    name: 'a misspelt default',
    text: on('variables: { v: { defualt: x } }'),
    at: 'FORGE1012 3:19',
    says: 'Did you mean "default"?',
  },
  {
    name: 'a default of a sensitive variable',
    text: on('variables:\n  v: { sensitive: true, default: x }'),
    at: 'FORGE1020 4:25',
    says: 'Remove the default',
  },
  { name: 'a broken expression', text: machine('hostname: "${var.}"'), at: 'FORGE2001 4:73', says: 'name is expected' },
  { name: 'an open expression', text: machine('hostname: "a${var.x"'), at: 'FORGE2001 4:75', says: 'closing } of the expression' },
  { name: 'an unknown root', text: machine('hostname: "${vars.x}"'), at: 'FORGE2002 4:69', says: 'Did you mean "var"?' },
  {
    name: 'an undeclared variable',
    text: on('variables: { size: { default: a } }\noutputs:\n  a: ${var.sise}'),
    at: 'FORGE2003 5:12',
    says: 'Did you mean "size"?',
  },
  {
    name: 'an undeclared variable in a literal block',
    text: on('outputs:\n  a: |\n    first\n    say ${var.x} now'),
    at: 'FORGE2003 6:15',
    says: '"x" is declared',
  },
  {
    name: 'an undeclared variable after an escape',
    text: on('outputs: { a: "\\t${var.x}" }'),
    at: 'FORGE2003 3:24',
    says: '"x" is declared',
  },
  {
    name: 'an unknown instance',
    text: on('outputs: { a: "${instances.nfs.ip}" }'),
    at: 'FORGE2004 3:28',
    says: '"nfs" stands under instances',
  },
  {
    name: 'an unknown dependency',
    text: on('groups:\n  g: { size: 1, dependsOn: [group.h], instance: { provider: p, memory: 1GiB } }'),
    at: 'FORGE2004 4:29',
    says: 'Did you mean "group.g"?',
  },
  {
    name: 'an unknown provider',
    text: on('groups:\n  g: { size: 1, instance: { provider: pp } }'),
    at: 'FORGE2005 4:39',
    says: 'Did you mean "p"?',
  },
  {
    name: 'an unknown type',
    text: on('instances:\n  i: { instance: { provider: p, type: shelv } }'),
    at: 'FORGE2037 4:39',
    says: 'It makes "machine", "shelf". Did you mean "shelf"?',
  },
  {
    name: 'a field of the machine in something else',
    text: on('instances:\n  i: { instance: { provider: p, type: shelf, room: a, cpus: 2 } }'),
    at: 'FORGE1012 4:55',
    says: 'Its keys are "only", "provider", "room", "type".',
  },
  {
    name: 'an unknown flavor',
    text: on('flavors: { web: { plugin: vanilla } }\ninstances:\n  n: { flavor: wep, instance: { provider: p, memory: 1GiB } }'),
    at: 'FORGE2006 5:16',
    says: 'Did you mean "web"?',
  },
  {
    name: 'an unknown plugin',
    text: 'stack: s\nproviders: { p: { plugin: sin } }',
    at: 'FORGE2007 2:27',
    says: 'Known plugins: "bare", "elder", "sim". Did you mean "sim"?',
  },
  {
    name: 'an unknown flavor plugin',
    text: on('flavors: { w: { plugin: vanila } }'),
    at: 'FORGE2007 3:25',
    says: 'Did you mean "vanilla"?',
  },
  { name: 'an unknown function', text: on('outputs: { a: "${uper(1)}" }'), at: 'FORGE2008 3:18', says: 'Did you mean "upper"?' },
  { name: 'an operator as function', text: on('outputs: { a: "${add(1, 2)}" }'), at: 'FORGE2008 3:18', says: '"add"' },
  { name: 'too few arguments', text: on('outputs: { a: "${join(1)}" }'), at: 'FORGE2009 3:18', says: 'takes 2 values, and 1 are given' },
  { name: 'a refused argument', text: on('outputs: { a: "x ${1 + upper(\'b\')}" }'), at: 'FORGE2009 3:20', says: '+ takes a number' },
  { name: 'a division by zero', text: on('outputs: { a: "${1 / 0}" }'), at: 'FORGE2009 3:18', says: 'divided by 0' },
  { name: 'a condition that is none', text: on('outputs: { a: "${1 ? 2 : 3}" }'), at: 'FORGE2009 3:18', says: 'true or false' },
  {
    name: 'a late size',
    text: on(
      'instances: { n: { instance: { provider: p, memory: 1GiB } } }\ngroups:\n  g: { size: "${instances.n.ip}", instance: { provider: p, memory: 1GiB } }',
    ),
    at: 'FORGE2010 5:17',
    says: 'known only when the objects stand',
  },
  {
    name: 'a late setting',
    text: 'stack: s\nproviders: { p: { plugin: sim, endpoint: "${member.id}" } }',
    at: 'FORGE2020 2:45',
    says: 'Members exist only',
  },
  {
    name: 'an expression as plugin',
    text: 'stack: s\nproviders: { p: { plugin: "${env.X}" } }',
    at: 'FORGE2010 2:28',
    says: 'written out',
  },
  {
    name: 'a secret in a setting',
    text: 'stack: s\nvariables: { v: { sensitive: true } }\nproviders: { p: { plugin: sim, endpoint: "${var.v}" } }',
    at: 'FORGE2011 3:45',
    says: 'is sensitive',
    outside: { secrets: ['var:v'] },
  },
  {
    name: 'a secret in a name that others read',
    text: on(
      'variables: { v: { sensitive: true } }\ninstances:\n  n: { instance: { provider: p, memory: 1GiB, label: "a-${var.v}", init: "${var.v}" } }',
    ),
    at: 'FORGE2011 5:59',
    says: 'shown to others',
    outside: { secrets: ['var:v'] },
  },
  {
    name: 'a secret in the stack name',
    text: 'stack: "${var.v}"\nvariables: { v: { sensitive: true } }',
    at: 'FORGE2011 1:11',
    says: 'is sensitive',
    outside: { secrets: ['var:v'] },
  },
  {
    name: 'an unset environment variable',
    text: on('outputs: { a: "${env.HOME_DIR}" }'),
    at: 'FORGE2012 3:18',
    says: 'HOME_DIR is not set',
  },
  {
    name: 'an unreadable file',
    text: on('outputs: { a: "${file(\'x.sh\')}" }'),
    at: 'FORGE2013 3:18',
    says: 'it is a directory',
    outside: { files: { 'x.sh': { problem: 'it is a directory.' } } },
  },
  { name: 'a missing secret', text: machine('password: env:DB_PASSWORD'), at: 'FORGE2014 4:56', says: 'export DB_PASSWORD=' },
  { name: 'a literal secret', text: machine('password: hunter2'), at: 'FORGE1017 4:56', says: 'env:NAME' },
  {
    name: 'a plain variable as secret',
    text: on(
      'variables: { v: { default: hunter2 } }\ngroups:\n  g: { size: 1, instance: { provider: p, memory: 1GiB, password: "${var.v}" } }',
    ),
    at: 'FORGE1017 5:56',
    says: 'sensitive: true',
  },
  { name: 'a variable without value', text: on('variables: { v: {} }'), at: 'FORGE2015 3:14', says: 'FORGE_VAR_v' },
  {
    name: 'a sensitive variable without value',
    text: on('variables: { v: { sensitive: true } }'),
    at: 'FORGE2015 3:14',
    says: '--var is refused',
  },
  {
    name: 'a value of the wrong type',
    text: on('variables: { v: { type: integer } }'),
    at: 'FORGE2016 3:14',
    says: 'whole number, but a text that does not fit comes from --var v',
    outside: { vars: { v: 'many' } },
  },
  {
    name: 'an undeclared value',
    text: on('variables: { size: { default: 1, type: integer } }'),
    at: 'FORGE2017 3:1',
    says: 'Did you mean "size"?',
    outside: { vars: { siz: '1' } },
  },
  {
    name: 'an unknown output',
    text: on('instances: { n: { instance: { provider: p, memory: 1GiB } } }\noutputs: { a: "${instances.n.ipp}" }'),
    at: 'FORGE2018 4:30',
    says: 'Did you mean "ip"?',
  },
  {
    name: 'an impossible member',
    text: on('groups: { g: { ids: [a1], instance: { provider: p, memory: 1GiB } } }\noutputs: { a: "${groups.g[\'a2\'].ip}" }'),
    at: 'FORGE2019 4:27',
    says: 'Its ids are "a1"',
  },
  {
    name: 'no ordinal',
    text: on('groups: { g: { size: 2, instance: { provider: p, memory: 1GiB } } }\noutputs: { a: "${groups.g[\'0\'].ip}" }'),
    at: 'FORGE2019 4:27',
    says: 'members are "1" and "2"',
  },
  {
    name: 'a member beyond the size',
    text: on('groups: { g: { size: 12, instance: { provider: p, memory: 1GiB } } }\noutputs: { a: "${groups.g[\'13\'].ip}" }'),
    at: 'FORGE2019 4:27',
    says: 'members are "1" to "12"',
  },
  { name: 'a member in an output', text: on('outputs: { a: "${member.id}" }'), at: 'FORGE2020 3:18', says: 'Members exist only' },
  {
    name: 'its own output',
    text: on('instances:\n  n: { instance: { provider: p, memory: 1GiB, hostname: "${instances.n.ip}" } }'),
    at: 'FORGE2021 4:60',
    says: 'its own outputs'.slice(4),
  },
  {
    name: 'waiting for itself',
    text: on('groups:\n  g: { size: 1, dependsOn: [group.g], instance: { provider: p, memory: 1GiB } }'),
    at: 'FORGE2021 4:29',
    says: 'cannot wait for itself',
  },
  { name: 'a circle', text: circle(), at: 'FORGE2022 4:29', says: 'group.a -> group.b -> group.a' },
  {
    name: 'a command inside of machines that forge cannot log in to',
    text: on(
      'flavors: { f: { plugin: vanilla, check: [up] } }\ngroups:\n  g: { size: 1, instance: { provider: p, memory: 1GiB }, flavor: f }',
    ),
    at: 'FORGE2041 5:66',
    says: 'runs commands inside of its machines, for which the provider "p" lacks "token". Set them there',
  },
  {
    name: 'a flavor on a bare machine',
    text: on('flavors: { w: { plugin: vanilla } }\ninstances:\n  n: { flavor: w, instance: { provider: b } }').replace(
      'sim, endpoint: e }',
      'sim, endpoint: e }, b: { plugin: bare }',
    ),
    at: 'FORGE2023 5:16',
    says: 'bare/box',
  },
  {
    name: 'an ignored field that is none',
    text: on('groups:\n  g: { size: 1, policy: { ignoreChanges: [mem, memry] }, instance: { provider: p, memory: 1GiB } }'),
    at: 'FORGE2024 4:43',
    says: '"mem"',
  },
  { name: 'a move between kinds', text: on('moved:\n  - { from: group.a, to: instance.b }'), at: 'FORGE2025 4:7', says: 'cannot be moved' },
  {
    name: 'a move of what is configured',
    text: on(`${two()}moved:\n  - { from: group.a, to: group.b }`),
    at: 'FORGE2026 7:7',
    says: 'still configured',
  },
  {
    name: 'a move to nothing',
    text: on(`${two()}moved:\n  - { from: group.x, to: group.c }`),
    at: 'FORGE2027 7:7',
    says: 'Did you mean "group.a"?',
  },
  {
    name: 'two moves to one place',
    text: on(`${two()}moved:\n  - { from: group.x, to: group.a }\n  - { from: group.y, to: group.a }`),
    at: 'FORGE2028 8:7',
    says: 'Two moves lead to',
  },
  {
    name: 'moves in a circle',
    text: on(`${two()}moved:\n  - { from: group.x, to: group.y }\n  - { from: group.y, to: group.x }`),
    at: 'FORGE2028 7:7',
    says: 'circle',
  },
  {
    name: 'an output that shows a secret',
    text: on('variables: { v: { sensitive: true } }\noutputs: { a: "x${var.v}" }'),
    at: 'FORGE2029 4:12',
    says: 'sensitive: true',
    outside: { secrets: ['var:v'] },
  },
  {
    name: 'one slot for every member',
    text: bare('groups: { g: { size: 2, instance: { provider: b, slot: 7 } } }'),
    at: 'FORGE3007 3:56',
    says: 'Every member of group.g would hold the same slot',
  },
  {
    name: 'one slot for two blocks',
    text: bare('instances:\n  a: { instance: { provider: b, slot: 7 } }\n  c: { instance: { provider: b, slot: 7 } }'),
    at: 'FORGE3007 5:39',
    says: 'instance.a and instance.c would hold the same slot',
  },
  { name: 'a bad environment name', text: 'stack: s', at: 'FORGE2030 -', says: '--env', outside: { environmentName: 'Prod!' } },
  { name: 'too large a share', text: on('policy: { maxDestroy: 101% }'), at: 'FORGE1015 3:23', says: 'such as 30%' },
]

function bare(text: string): string {
  return `stack: s\nproviders: { b: { plugin: bare } }\n${text}`
}

function two(): string {
  return 'groups:\n  a: { size: 1, instance: { provider: p, memory: 1GiB } }\n  b: { size: 1, instance: { provider: p, memory: 1GiB } }\n'
}

function circle(): string {
  const group = (name: string, more: string): string => `  ${name}: { size: 1, ${more} }\n`
  const first = group('a', 'dependsOn: [group.b], instance: { provider: p, memory: 1GiB }')
  return on(`groups:\n${first}${group('b', 'instance: { provider: p, memory: 1GiB, hostname: \'${groups.a["1"].ip}\' }')}`)
}

function bomb(): string {
  const lines = ['stack: s', 'outputs:', '  a0: { value: &a0 [1, 2, 3, 4, 5, 6, 7, 8, 9, 0] }']
  for (let i = 1; i < 12; i++) lines.push(`  a${i}: { value: &a${i} [${Array.from({ length: 10 }, () => `*a${i - 1}`).join(', ')}] }`)
  return lines.join('\n')
}

test.each(cases)('refuses $name', ({ text, at, says, outside }) => {
  const problems = problemsOf(text, outside)
  expect(problems).toContainEqual(expect.stringContaining(`${at} `))
  const found = problems.filter((problem) => problem.startsWith(`${at} `))
  expect(found.join('\n')).toContain(says)
})

test('one slip is one problem, but where two things are wrong', () => {
  const several = cases.filter(({ text, outside }) => problemsOf(text, outside).length !== 1).map(({ name }) => name)
  expect(several).toEqual(['an ignored field that is none', 'moves in a circle'])
})

test('tells all problems at once, in order of the file', () => {
  const text = 'stack: S\ngroups:\n  a: { size: x, instance: { provider: q } }\n  b: { siz: 1, instance: { provider: q } }\nfoo: 1'
  expect(problemsOf(text).map((problem) => problem.slice(0, 14).trim())).toEqual([
    'FORGE1015 1:8',
    'FORGE1014 3:14',
    'FORGE2005 3:39',
    'FORGE1012 4:8',
    'FORGE2005 4:38',
    'FORGE1012 5:1',
  ])
})

test('what is given from outside is not trusted', () => {
  const variables = { type: 'stack: s\nvariables: { v: { type: map } }' }
  expect(problemsOf(variables.type, { vars: { v: { $late: { kind: 'env', name: 'X' } } } })[0]).toContain('FORGE2016')
  expect(problemsOf(variables.type, { vars: { v: '{"$late": 1}' } })[0]).toContain('FORGE2016')
  expect(problemsOf(on('outputs: { a: "${file(\'x\')}" }'), { files: { x: { text: 'a\0b' } } })[0]).toContain('is not text')
})

test('a text that grows without bound is refused', () => {
  const grown = Array.from({ length: 30 }).reduce<string>((inner) => `replace(${inner}, 'a', 'aaaaaaaaaa')`, "'a'")
  expect(problemsOf(on(`outputs: { a: "\${${grown}}" }`))[0]).toContain('FORGE2009 3:')
})

test('an error of the YAML library does not repeat the source', () => {
  expect(problemsOf('stack: "a" hunter2').join()).not.toContain('hunter2')
})

test('points at the right item behind one that is wrong itself', () => {
  const problems = problemsOf(on('groups:\n  g: { size: 1, dependsOn: [5, group.h], instance: { provider: p, memory: 1GiB } }'))
  expect(problems.map((problem) => problem.slice(0, 14))).toEqual(['FORGE1014 4:29', 'FORGE2004 4:32'])
})

test('a literal secret is neither repeated nor pointed at', () => {
  const text = machine('password: hunter2')
  expect(problemsOf(text).join()).not.toContain('hunter2')
})

test('a login that cannot be read is told once, where it stands', () => {
  const text = `stack: s
providers: { p: { plugin: sim, endpoint: e, token: 'env:NONE' } }
flavors: { f: { plugin: vanilla, check: [up] } }
groups:
  g: { size: 1, instance: { provider: p, memory: 1GiB }, flavor: f }`
  expect(problemsOf(text)).toEqual([expect.stringMatching(/^FORGE2014 2:45 /)])
})
