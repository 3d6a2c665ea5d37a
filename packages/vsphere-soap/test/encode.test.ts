import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeCall } from '../src/codec/encode.ts'
import { answerTo } from '../src/codec/envelope.ts'
import { isPrimitive } from '../src/codec/primitive.ts'
import type { Method, Struct } from '../src/codec/schema.ts'
import { methodOf, structOf } from '../src/codec/schema.ts'
import type { Methods } from '../src/vim/types.ts'
import { methodLines, typeLines } from '../src/vim/table.ts'
import { openReader } from '../src/wire/reader.ts'

const folder = { type: 'Folder', value: 'group-v3' }
const method = (name: string): Method => {
  const known = methodOf(name)
  if (known === null) throw new Error(name)
  return known
}
const encode = <Name extends keyof Methods>(name: Name, args: Methods[Name]['args']): string =>
  encodeCall(method(name), folder, args).replace(/^.*<soapenv:Body>|<\/soapenv:Body>.*$/g, '')
// What the compiler would refuse.
const careless = (name: string, args: unknown): string => encodeCall(method(name), folder, args)
const namesIn = (lines: string): readonly string[] =>
  lines
    .trim()
    .split('\n')
    .map((line) => /^\w+/.exec(line)?.[0] ?? '')

/** A value of a type with everything in it, its fields in the wrong order. */
const sample = (type: string, depth = 0): unknown => {
  if (type === 'Ref') return { type: 'Folder', value: 'group-1' }
  if (type === 'boolean') return true
  if (type === 'dateTime') return '2026-01-02T03:04:05Z'
  if (type === 'string' || type === 'anyType' || type === 'base64Binary') return 'AAAA'
  if (isPrimitive(type)) return 7
  const struct = structOf(type)
  if (struct === null) throw new Error(type)
  const fields = struct.fields.filter((field) => !field.optional || depth < 2).toReversed()
  const entries = fields.map((field) => [field.name, field.list ? [sample(field.type, depth + 1)] : sample(field.type, depth + 1)])
  return { $type: struct.name, ...Object.fromEntries(entries) }
}

/** The names of the elements directly within the first element of a text, in their order. */
const childrenOf = (xml: string): readonly string[] => {
  const names: string[] = []
  let depth = 0
  for (const [, slash, name] of xml.matchAll(/<(\/?)(\w+)[^>]*>/g)) {
    if (slash === '/') depth -= 1
    else {
      if (depth === 1) names.push(name ?? '')
      depth += 1
    }
  }
  return names
}

describe('a request', () => {
  it('is what the schema says', () => {
    const xml = encode('CreateVM_Task', {
      pool: { type: 'ResourcePool', value: 'resgroup-8' },
      config: {
        deviceChange: [
          {
            device: {
              unitNumber: 0,
              capacityInKB: 2n ** 40n,
              $type: 'VirtualDisk',
              backing: { thinProvisioned: true, diskMode: 'persistent', fileName: '', $type: 'VirtualDiskFlatVer2BackingInfo' },
              controllerKey: -1,
              key: -2,
            },
            fileOperation: 'create',
            operation: 'add',
          },
        ],
        memoryMB: 64,
        name: 'a <b> & "c"',
        extraConfig: [
          { key: 'k', value: 'v' },
          { key: 'n', value: 1 },
          { key: 'l', value: 2 ** 40 },
          { key: 'b', value: false },
        ],
      },
    })
    expect(xml).toMatchInlineSnapshot(
      `"<CreateVM_Task xmlns="urn:vim25"><_this type="Folder">group-v3</_this><config><name>a &lt;b&gt; &amp; &quot;c&quot;</name><memoryMB>64</memoryMB><deviceChange><operation>add</operation><fileOperation>create</fileOperation><device xsi:type="VirtualDisk"><key>-2</key><backing xsi:type="VirtualDiskFlatVer2BackingInfo"><fileName></fileName><diskMode>persistent</diskMode><thinProvisioned>true</thinProvisioned></backing><controllerKey>-1</controllerKey><unitNumber>0</unitNumber><capacityInKB>1099511627776</capacityInKB></device></deviceChange><extraConfig><key>k</key><value xsi:type="xsd:string">v</value></extraConfig><extraConfig><key>n</key><value xsi:type="xsd:int">1</value></extraConfig><extraConfig><key>l</key><value xsi:type="xsd:long">1099511627776</value></extraConfig><extraConfig><key>b</key><value xsi:type="xsd:boolean">false</value></extraConfig></config><pool type="ResourcePool">resgroup-8</pool></CreateVM_Task>"`,
    )
  })

  it.each(namesIn(methodLines))('%s has its elements in the order of the schema, and no others', (name) => {
    const { args } = method(name)
    const entries = args.fields.map((field) => [field.name, field.list ? [sample(field.type)] : sample(field.type)])
    const body = careless(name, Object.fromEntries(entries.toReversed())).replace(/^.*<soapenv:Body>|<\/soapenv:Body>.*$/g, '')
    expect(childrenOf(body)).toEqual(['_this', ...args.fields.map((field) => field.name)])
  })

  it('has every type with its inherited elements first', () => {
    const fieldsOf = (struct: Struct): readonly string[] => struct.fields.map((field) => field.name)
    for (const name of namesIn(typeLines)) {
      const struct = structOf(name)
      if (struct === null) throw new Error(name)
      if (struct.base !== null) expect(fieldsOf(struct).slice(0, struct.base.fields.length), name).toEqual(fieldsOf(struct.base))
      expect(new Set(fieldsOf(struct)).size, name).toBe(struct.fields.length)
      for (const { type } of struct.fields)
        expect(type === 'Ref' || type === 'anyType' || isPrimitive(type) || structOf(type) !== null, `${name}: ${type}`).toBe(true)
    }
  })
})

describe('before anything is sent', () => {
  const spec = (config: unknown): string => careless('ReconfigVM_Task', { spec: config })
  it.each<readonly [string, () => string, RegExp]>([
    ['an unknown field', () => spec({ numCpu: 2 }), /spec: VirtualMachineConfigSpec has no field numCpu/],
    ['an unknown argument', () => careless('ReconfigVM_Task', { spec: {}, force: true }), /has no field force/],
    ['a missing argument', () => careless('ReconfigVM_Task', {}), /needs its field spec/],
    ['a missing field', () => spec({ extraConfig: [{ key: 'k' }] }), /extraConfig\[0\]: OptionValue needs its field value/],
    ['a text for a number', () => spec({ numCPUs: '2' }), /numCPUs has to be of type int/],
    ['a number that is too large', () => spec({ numCPUs: 2 ** 31 }), /numCPUs has to be of type int/],
    ['a number that is not exact', () => spec({ memoryMB: 2 ** 60 }), /memoryMB has to be of type long/],
    ['a fraction', () => spec({ numCPUs: 1.5 }), /numCPUs has to be of type int/],
    ['a number for a text', () => spec({ name: 5 }), /name has to be of type string/],
    ['nothing, as null', () => spec({ name: null }), /name has to be of type string/],
    ['a text for a truth value', () => spec({ cpuHotAddEnabled: 'true' }), /cpuHotAddEnabled has to be of type boolean/],
    ['a single item for a list', () => spec({ extraConfig: { key: 'k', value: 'v' } }), /extraConfig has to be a list/],
    ['a list for a single item', () => spec({ files: [] }), /files has to be a VirtualMachineFileInfo/],
    ['a time that is none', () => spec({ createDate: 'yesterday' }), /createDate has to be of type dateTime/],
    ['a type that does not belong there', () => spec({ files: { $type: 'VirtualDisk' } }), /VirtualDisk is not a VirtualMachineFileInfo/],
    ['a type that is none', () => spec({ files: { $type: 'Nonsense' } }), /there is no type Nonsense/],
    ['a reference without a type', () => careless('RelocateVM_Task', { spec: { host: 'host-1' } }), /has to be a reference/],
    ['an untyped structure', () => spec({ extraConfig: [{ key: 'k', value: { a: 1 } }] }), /has to say by \$type/],
    ['a function', () => spec({ extraConfig: [{ key: 'k', value: () => 1 }] }), /has to be of type text/],
    ['a character that XML cannot carry', () => spec({ name: 'a\u0000b' }), /has a character that cannot be sent/],
    ['half of a surrogate pair', () => spec({ name: '\uD800' }), /has a character that cannot be sent/],
    ['the prototype of an object', () => spec({ constructor: 1 }), /has no field constructor/],
  ])('%s is refused', (_what, make, text) => {
    expect(make).toThrow(expect.objectContaining({ kind: 'request', mayHaveRun: false }))
    expect(make).toThrow(text)
  })

  it('what is refused is not repeated in the error', () => {
    expect(() => careless('Login', { userName: 'u', password: 'hunter2\u0000' })).toThrow(expect.not.stringContaining('hunter2'))
  })
})

it('any text that can be sent arrives as it was', () => {
  const text = fc.string({ unit: 'binary' }).filter((each) => /^[\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]*$/u.test(each))
  fc.assert(
    fc.property(text, (name) => {
      const request = encodeCall(method('CreateFolder'), folder, { name })
      // A request that is read as if it were the answer of a method with a text.
      const answer = answerTo({
        name: 'CreateFolder',
        args: method('CreateFolder').args,
        answer: { name: 'returnval', type: 'string', optional: false, list: false },
      })
      const reader = openReader(answer.root)
      reader.write(
        Buffer.from(
          request
            .replaceAll('CreateFolder', 'CreateFolderResponse')
            .replaceAll('name>', 'returnval>')
            .replace(/<_this.*?<\/_this>/, ''),
        ),
      )
      reader.end()
      expect(answer.result()).toBe(name)
    }),
  )
})
