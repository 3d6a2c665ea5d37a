import { VsphereError } from '../error.ts'
import type { Ref } from '../vim/types.ts'
import { encodeAny, encodePrimitive, isPrimitive } from './primitive.ts'
import type { Field, Method, Struct } from './schema.ts'
import { derives, structOf } from './schema.ts'
import { isObject, isRef } from './shape.ts'
import { escapeText } from './text.ts'

const start =
  '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"' +
  ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"><soapenv:Body>'

/**
 * The envelope of a call, its elements in the order of the schema whatever the order of the fields.
 * @throws VsphereError of kind `request` where a field is unknown, missing or of the wrong type.
 */
export const encodeCall = (method: Method, target: Ref, args: unknown): string => {
  const body = encodeStruct(method.args, args, method.name)
  return `${start}<${method.name} xmlns="urn:vim25">${encodeRef('_this', target)}${body}</${method.name}></soapenv:Body></soapenv:Envelope>`
}

/** The elements of a value of a type. @throws as `encodeCall`. */
const encodeStruct = (struct: Struct, value: unknown, path: string): string => {
  if (!isObject(value)) throw refusal(`${path} has to be a ${struct.name}`)
  const unknown = Object.keys(value).find((key) => key !== '$type' && key !== '$as' && !struct.byName.has(key))
  if (unknown !== undefined) throw refusal(`${path}: ${struct.name} has no field ${unknown}`)
  return struct.fields.map((field) => encodeField(field, value[field.name], struct, path)).join('')
}

const encodeField = (field: Field, value: unknown, owner: Struct, path: string): string => {
  const place = `${path}.${field.name}`
  if (value === undefined) {
    if (field.optional) return ''
    throw refusal(`${path}: ${owner.name} needs its field ${field.name}`)
  }
  if (!field.list) return encodeElement(field, value, place)
  if (!Array.isArray(value)) throw refusal(`${place} has to be a list`)
  return value.map((each: unknown, index) => encodeElement(field, each, `${place}[${index}]`)).join('')
}

const encodeElement = ({ name, type }: Field, value: unknown, path: string): string => {
  if (type === 'Ref') {
    if (isRef(value)) return encodeRef(name, value)
    throw refusal(`${path} has to be a reference: type and value`)
  }
  if (type === 'anyType') return encodeUntyped(name, value, path)
  if (isPrimitive(type)) return `<${name}>${encodePrimitive(type, value, path)}</${name}>`
  const struct = chosen(type, value, path)
  const tag = struct.name === type ? '' : ` xsi:type="${struct.name}"`
  return `<${name}${tag}>${encodeStruct(struct, value, path)}</${name}>`
}

const encodeUntyped = (name: string, value: unknown, path: string): string => {
  if (isRef(value)) return encodeRef(name, value, ' xsi:type="ManagedObjectReference"')
  if (!isObject(value)) {
    const { type, text } = encodeAny(value, path)
    return `<${name} xsi:type="xsd:${type}">${text}</${name}>`
  }
  const struct = structOf(String(value['$type']))
  if (struct === null) throw refusal(`${path} has to say by $type which type it is`)
  return `<${name} xsi:type="${struct.name}">${encodeStruct(struct, value, path)}</${name}>`
}

// The type that the value says it is, which has to be the declared one or derive from it.
const chosen = (declared: string, value: unknown, path: string): Struct => {
  const name = isObject(value) && typeof value['$type'] === 'string' ? value['$type'] : declared
  const struct = structOf(name)
  if (struct === null) throw refusal(`${path}: there is no type ${name}`)
  if (!derives(struct, declared)) throw refusal(`${path}: ${name} is not a ${declared}`)
  return struct
}

const encodeRef = (name: string, ref: Ref, attributes = ''): string =>
  `<${name}${attributes} type="${escapeText(ref.type, name)}">${escapeText(ref.value, name)}</${name}>`

const refusal = (text: string): VsphereError => new VsphereError('request', text, { mayHaveRun: false })
