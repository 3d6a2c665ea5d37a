import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { answerTo } from '../src/codec/envelope.ts'
import { Flaw } from '../src/codec/flaw.ts'
import { methodOf } from '../src/codec/schema.ts'
import { VsphereFault, isA } from '../src/index.ts'
import { seenFrom } from '../src/properties/query.ts'
import type { Methods } from '../src/vim/types.ts'
import { openReader } from '../src/wire/reader.ts'
import { envelope } from './support/hostile-server.ts'

const decode = (name: keyof Methods, xml: string | Buffer, cuts: readonly number[] = []): unknown => {
  const method = methodOf(name)
  if (method === null) throw new Error(name)
  const answer = answerTo(method)
  const reader = openReader(answer.root)
  const bytes = Buffer.from(xml)
  const ends = [...new Set(cuts.map((cut) => cut % bytes.length))].toSorted((one, other) => one - other)
  for (const [index, end] of [...ends, bytes.length].entries()) reader.write(bytes.subarray(ends[index - 1] ?? 0, end))
  reader.end()
  return answer.result()
}

const attempt = (act: () => unknown): unknown => {
  try {
    return act()
  } catch (error) {
    return error
  }
}

const properties = (...sets: readonly string[]): string =>
  envelope(
    `<RetrievePropertiesExResponse xmlns="urn:vim25"><returnval><token>7</token><objects><obj type="VirtualMachine">vm-1</obj>${sets.join('')}</objects></returnval></RetrievePropertiesExResponse>`,
  )
const propSet = (val: string, name = 'p'): string => `<propSet><name>${name}</name>${val}</propSet>`
const value = (val: string): unknown => {
  const result = decode('RetrievePropertiesEx', properties(propSet(val)))
  return isA(result, 'RetrieveResult') ? result.objects[0]?.propSet?.[0]?.val : 'no result'
}

describe('a value', () => {
  it.each<readonly [string, string, unknown]>([
    ['text', '<val xsi:type="xsd:string">a &lt;b&gt; &amp; &#228;</val>', 'a <b> & ä'],
    ['empty text', '<val xsi:type="xsd:string"/>', ''],
    ['a CDATA section with a comment', '<val xsi:type="xsd:string">a<![CDATA[<b>]]><!-- no -->c</val>', 'a<b>c'],
    ['a truth value', '<val xsi:type="xsd:boolean">false</val>', false],
    ['a number', '<val xsi:type="xsd:int">-5</val>', -5],
    ['a long number', '<val xsi:type="xsd:long">9223372036854775807</val>', 9223372036854775807n],
    ['a long number that is exact as it is', '<val xsi:type="xsd:long">9007199254740991</val>', Number.MAX_SAFE_INTEGER],
    ['a fraction', '<val xsi:type="xsd:double">1.5e3</val>', 1500],
    ['a time, as it was sent', '<val xsi:type="xsd:dateTime">2026-01-02T03:04:05.123456Z</val>', '2026-01-02T03:04:05.123456Z'],
    ['a reference', '<val xsi:type="ManagedObjectReference" type="HostSystem">host-1</val>', { type: 'HostSystem', value: 'host-1' }],
    ['an enumeration', '<val xsi:type="VirtualMachinePowerState">poweredOn</val>', 'poweredOn'],
    ['a list of one text', '<val xsi:type="ArrayOfString"><string>a</string></val>', ['a']],
    ['a list of numbers', '<val xsi:type="ArrayOfInt"><int>1</int><int>2</int></val>', [1, 2]],
    ['an empty list', '<val xsi:type="ArrayOfVirtualDevice"/>', []],
    [
      'a list of references',
      '<val xsi:type="ArrayOfManagedObjectReference"><ManagedObjectReference type="Datastore" xsi:type="ManagedObjectReference">ds-1</ManagedObjectReference></val>',
      [{ type: 'Datastore', value: 'ds-1' }],
    ],
    [
      'a structure',
      '<val xsi:type="OptionValue"><key>k</key><value xsi:type="xsd:string">v</value></val>',
      { $type: 'OptionValue', key: 'k', value: 'v' },
    ],
    [
      'a list of structures, each of its own type',
      '<val xsi:type="ArrayOfVirtualDevice"><VirtualDevice xsi:type="VirtualIDEController"><key>200</key><busNumber>0</busNumber></VirtualDevice><VirtualDevice xsi:type="VirtualKeyboard"><key>600</key></VirtualDevice></val>',
      [
        { $type: 'VirtualIDEController', key: 200, busNumber: 0 },
        { $type: 'VirtualKeyboard', key: 600 },
      ],
    ],
    [
      'a type of a newer server, as the one that it was declared to be',
      '<val xsi:type="ArrayOfVirtualDevice"><VirtualDevice xsi:type="VirtualQuantumCard"><key>1</key><qubits>5</qubits></VirtualDevice></val>',
      [{ $type: 'VirtualDevice', $as: 'VirtualQuantumCard', key: 1 }],
    ],
    [
      'a field of a newer server, not at all',
      '<val xsi:type="VirtualKeyboard"><key>1</key><rgb><deep>1</deep></rgb></val>',
      { $type: 'VirtualKeyboard', key: 1 },
    ],
    ['a structure that nobody knows, by its name', '<val xsi:type="Mystery"><a>1</a></val>', { $as: 'Mystery' }],
    ['a list of what nobody knows', '<val xsi:type="ArrayOfMystery"><Mystery><a>1</a></Mystery></val>', [{ $as: 'Mystery' }]],
    [
      'a type whose prefix is of the server’s own making',
      '<val xmlns:XMLSchema-instance="http://www.w3.org/2001/XMLSchema-instance" XMLSchema-instance:type="xsd:int">3</val>',
      3,
    ],
    ['a type in a name space that means something else', '<val xmlns:o="urn:other" o:type="xsd:int">3</val>', '3'],
  ])('is %s', (_what, xml, expected) => {
    expect(value(xml)).toEqual(expected)
  })

  it.each([
    ['a number that is none', '<val xsi:type="xsd:int">five</val>'],
    ['a truth value that is none', '<val xsi:type="xsd:boolean">yes</val>'],
    ['a structure without what it has to have', '<val xsi:type="VirtualDisk"><key>1</key></val>'],
    ['an item of a list that does not belong there', '<val xsi:type="ArrayOfVirtualDevice"><VirtualDevice xsi:type="AboutInfo"/></val>'],
  ])('is not %s', (_what, xml) => {
    expect(value(xml)).toBeInstanceOf(Flaw)
  })

  it('that is malformed spoils its property and no other', () => {
    const xml = properties(
      propSet('<val xsi:type="xsd:string">good</val>', 'name'),
      propSet('<val xsi:type="ArrayOfVirtualDevice"><VirtualDevice xsi:type="VirtualDisk"><key>1</key></VirtualDevice></val>', 'devices'),
    )
    const result = decode('RetrievePropertiesEx', xml)
    const seen = isA(result, 'RetrieveResult') ? result.objects.map(seenFrom) : []
    expect(seen).toEqual([
      {
        ref: { type: 'VirtualMachine', value: 'vm-1' },
        properties: new Map([['name', 'good']]),
        missing: [{ path: 'devices', fault: 'Malformed', text: 'VirtualDisk lacks its field capacityInKB' }],
      },
    ])
  })

  it('that is malformed and no property spoils the answer', () => {
    const xml = envelope('<FindByUuidResponse xmlns="urn:vim25"><returnval>vm-1</returnval></FindByUuidResponse>')
    expect(() => decode('FindByUuid', xml)).toThrow('the reference returnval has no type')
    expect(() => decode('RetrievePropertiesEx', properties().replace(' type="VirtualMachine"', ''))).toThrow(
      'the reference obj has no type',
    )
  })

  it('has no fields but those of its type', () => {
    const result = value(
      '<val xsi:type="VirtualKeyboard"><key>1</key><__proto__><polluted>1</polluted></__proto__><constructor>1</constructor></val>',
    )
    expect(Object.keys(result as object)).toEqual(['$type', 'key'])
    expect(Object.getPrototypeOf(result)).toBe(Object.prototype)
  })
})

describe('an answer', () => {
  it('is the same however it is cut into pieces', () => {
    const xml = properties(
      propSet('<val xsi:type="xsd:string">grüße 🚀 &amp; mehr</val>', 'a'),
      propSet(
        '<val xsi:type="ArrayOfOptionValue"><OptionValue><key>k</key><value xsi:type="xsd:string">v</value></OptionValue></val>',
        'b',
      ),
    )
    const whole = decode('RetrievePropertiesEx', xml)
    fc.assert(
      fc.property(fc.array(fc.nat({ max: Buffer.byteLength(xml) - 1 }), { maxLength: 40 }), (cuts) => {
        expect(decode('RetrievePropertiesEx', xml, cuts)).toEqual(whole)
      }),
    )
  })

  it('that is damaged anywhere is an error of its own kind, or still an answer', () => {
    const xml = Buffer.from(
      properties(
        propSet('<val xsi:type="xsd:string">grüße</val>', 'a'),
        propSet('<val xsi:type="ArrayOfOptionValue"><OptionValue><key>k</key><value xsi:type="xsd:int">5</value></OptionValue></val>', 'b'),
      ),
    )
    const bits = fc.array(fc.tuple(fc.nat({ max: xml.length - 1 }), fc.nat({ max: 255 })), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(bits, fc.nat({ max: xml.length }), (changes, end) => {
        const damaged = Buffer.from(xml)
        for (const [at, byte] of changes) damaged[at] = byte
        const outcome = attempt(() => decode('RetrievePropertiesEx', end % 3 === 0 ? damaged.subarray(0, end) : damaged))
        expect(outcome instanceof Error ? outcome.name : 'VsphereError').toBe('VsphereError')
      }),
      { numRuns: 400 },
    )
  })

  it('tells what could not be read, and why', () => {
    const missing =
      '<missingSet><path>config</path><fault><fault xsi:type="NoPermission"><object type="Folder">group-1</object><privilegeId>System.Read</privilegeId></fault><localizedMessage>no</localizedMessage></fault></missingSet>'
    expect(decode('RetrievePropertiesEx', properties(missing))).toMatchObject({
      token: '7',
      objects: [{ missingSet: [{ path: 'config', fault: { fault: { $type: 'NoPermission', privilegeId: 'System.Read' } } }] }],
    })
  })

  it('of nothing is nothing', () => {
    expect(decode('WaitForUpdatesEx', envelope('<WaitForUpdatesExResponse xmlns="urn:vim25"/>'))).toBeUndefined()
    expect(decode('FindAllByUuid', envelope('<FindAllByUuidResponse xmlns="urn:vim25"/>'))).toEqual([])
  })

  it('with a header is read without it', () => {
    const xml = envelope('<LogoutResponse xmlns="urn:vim25"/>').replace(
      '<soapenv:Body>',
      '<soapenv:Header><Body><Fault/></Body></soapenv:Header><soapenv:Body>',
    )
    expect(decode('Logout', xml)).toBeUndefined()
  })
})

describe('a fault', () => {
  const fault = (detail: string, text = 'no'): VsphereFault => {
    const xml = envelope(
      `<soapenv:Fault><faultcode>ServerFaultCode</faultcode><faultstring>${text}</faultstring><detail>${detail}</detail></soapenv:Fault>`,
    )
    try {
      decode('PowerOnVM_Task', xml)
    } catch (error) {
      if (error instanceof VsphereFault) return error
    }
    throw new Error('no fault')
  }

  it('has its type and its fields', () => {
    const error = fault(
      '<InvalidPowerStateFault xmlns="urn:vim25" xsi:type="InvalidPowerState"><requestedState>poweredOn</requestedState><existingState>poweredOn</existingState></InvalidPowerStateFault>',
    )
    expect(error.fault).toBe('InvalidPowerState')
    expect(error.detail).toEqual({ $type: 'InvalidPowerState', requestedState: 'poweredOn', existingState: 'poweredOn' })
    expect(error.message).toBe('PowerOnVM_Task: InvalidPowerState: no')
  })

  it('that is not known keeps its name', () => {
    const error = fault('<QuantumFault xmlns="urn:vim25" xsi:type="QuantumDecoherence"><cat>alive</cat></QuantumFault>')
    expect(error.fault).toBe('QuantumDecoherence')
    expect(error.detail).toEqual({ $type: 'MethodFault', $as: 'QuantumDecoherence' })
  })

  it('without xsi:type is named by its element', () => {
    expect(
      fault(
        '<NotAuthenticatedFault xmlns="urn:vim25"><object type="Folder">group-1</object><privilegeId>x</privilegeId></NotAuthenticatedFault>',
      ).fault,
    ).toBe('NotAuthenticated')
  })

  it('without anything is a fault all the same', () => {
    expect(fault('', '').fault).toBe('MethodFault')
  })
})
