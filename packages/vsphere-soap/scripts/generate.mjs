// Writes src/vim from facts about the vSphere API: names, order, optional or list, base types. They are read from the
// sources of govmomi (Apache-2.0, see NOTICE), of which no comment is copied:
//   node packages/vsphere-soap/scripts/generate.mjs "$(cd packages/testkit/vcsim && go list -m -f '{{.Dir}}' github.com/vmware/govmomi)"
// With --print the table is printed and nothing is written.
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { faults, leftOut, methods, values } from './roots.mjs'

const primitives = {
  string: 'string',
  bool: 'boolean',
  int8: 'byte',
  uint8: 'byte',
  int16: 'short',
  int32: 'int',
  int64: 'long',
  float32: 'float',
  float64: 'double',
  'time.Time': 'dateTime',
  AnyType: 'anyType',
  ManagedObjectReference: 'Ref',
}
const inTypeScript = {
  string: 'string',
  boolean: 'boolean',
  byte: 'number',
  short: 'number',
  int: 'number',
  long: 'Long',
  float: 'number',
  double: 'number',
  dateTime: 'string',
  base64Binary: 'string',
  anyType: 'unknown',
  Ref: 'Ref',
}
const main = (module) => {
  const source = ['types.go', 'unreleased.go'].map((file) => readFileSync(join(module, 'vim25/types', file), 'utf8')).join('\n')
  const enums = readEnums(readFileSync(join(module, 'vim25/types/enum.go'), 'utf8'))
  const structs = readStructs(source, enums)
  const requests = new Map([...source.matchAll(/^type (\w+) (\w+RequestType)$/gm)].map((match) => [match[1], match[2]]))
  const requestOf = (method) => structs.get(requests.get(method) ?? `${method}RequestType`) ?? fail(`no method ${method}`)
  const types = closure(structs, enums, requestOf)
  const children = new Map()
  for (const name of types) {
    const { base } = structs.get(name)
    if (base !== null) children.set(base, [...(children.get(base) ?? []), name])
  }
  const calls = methods.map((name) => ({ name, fields: requestOf(name).fields, answer: structs.get(`${name}Response`)?.fields[0] ?? null }))
  const usedEnums = [...enums.keys()].filter(
    (name) =>
      [...types].some((type) => structs.get(type).fields.some((f) => f.type === name)) ||
      calls.some((call) => call.fields.some((f) => f.type === name)),
  )
  const world = { structs, enums, types: [...types].toSorted(byCode), children, calls, usedEnums: usedEnums.toSorted(byCode) }
  if (process.argv.includes('--print')) return void process.stdout.write(tableOf(world))
  const here = join(import.meta.dirname, '../src/vim')
  writeFileSync(join(here, 'table.ts'), tableOf(world))
  writeFileSync(join(here, 'types.ts'), typesOf(world))
  spawnSync('npx', ['oxfmt', here], { cwd: join(here, '../../../..'), stdio: 'inherit' })
}

const readEnums = (source) => {
  const enums = new Map([...source.matchAll(/^type (\w+) string$/gm)].map((match) => [match[1], []]))
  for (const [, name, value] of source.matchAll(/^\t\w+\s+= (\w+)\("([^"]*)"\)$/gm)) enums.get(name)?.push(value)
  return enums
}

const readStructs = (source, enums) => {
  const structs = new Map()
  for (const [, name, body] of source.matchAll(/^type (\w+) struct \{\n([^]*?)^\}/gm)) {
    const fields = [...body.matchAll(/^\t\w+\s+(\S+)\s+`xml:"([^"]*)"([^`]*)/gm)].map(([, go, xml, tags]) => readField(go, xml, tags))
    const base = /^\t(\w+)(?:\s+`.*)?$/m.exec(body)?.[1] ?? null
    structs.set(name, { base: base === 'DynamicData' ? null : base, fields: fields.filter((field) => field.name !== '_this') })
  }
  for (const [name, struct] of structs) {
    struct.fields = struct.fields.map((field) => ({
      ...field,
      type: nameOf(field.type, structs, enums),
      optional: field.optional || leftOut.includes(`${name}.${field.name}`),
    }))
  }
  return structs
}

// A pointer may be absent; so may what Go leaves out when it is empty, and what an older server does not have.
const readField = (go, xml, tags) => {
  const [name, ...flags] = xml.split(',')
  const list = go === 'ByteSlice' || (go.startsWith('[]') && go !== '[]byte')
  const one = list ? go.replace(/^\[\]/, '') : go.replace(/^\*/, '')
  const type = one === '[]byte' ? 'base64Binary' : one === 'ByteSlice' ? 'byte' : one
  return { name, type, list, optional: flags.includes('omitempty') || go.startsWith('*') || tags.includes('vim:') }
}

const nameOf = (type, structs, enums) => {
  if (primitives[type] !== undefined) return primitives[type]
  if (type === 'base64Binary' || type === 'byte' || structs.has(type) || enums.has(type)) return type
  return type.startsWith('Base') && structs.has(type.slice(4)) ? type.slice(4) : type
}

const closure = (structs, enums, requestOf) => {
  const children = new Map()
  for (const [name, { base }] of structs) if (base !== null) children.set(base, [...(children.get(base) ?? []), name])
  const seen = new Set()
  const visitFields = (fields) => fields.forEach((field) => visit(field.type))
  const visit = (name) => {
    if (seen.has(name) || inTypeScript[name] !== undefined || enums.has(name)) return
    if (!structs.has(name)) fail(`no type ${name}`)
    seen.add(name)
    const { base, fields } = structs.get(name)
    if (base !== null) visit(base)
    visitFields(fields)
    if (!isFault(name)) (children.get(name) ?? []).forEach(visit)
  }
  const isFault = (name) => name !== null && (name === 'MethodFault' || isFault(structs.get(name).base))
  for (const method of methods) {
    visitFields(requestOf(method).fields)
    visitFields(structs.get(`${method}Response`)?.fields ?? [])
  }
  for (const name of [...values, ...faults]) visit(name)
  return seen
}

const flagsOf = (field) => `${field.optional ? '?' : ''}${field.list ? '*' : ''}`
const inTable = (field, enums) => `${field.name}${flagsOf(field)}:${enums.has(field.type) ? 'string' : field.type}`

const header = (what) => `// Generated by scripts/generate.mjs: ${what} Do not edit; see NOTICE.\n`

const tableOf = ({ structs, enums, types, calls }) => {
  const line = (name) => {
    const { base, fields } = structs.get(name)
    return [base === null ? name : `${name}<${base}`, ...fields.map((field) => inTable(field, enums))].join(' ')
  }
  const answerOf = (answer) => (answer === null ? '' : ` =${flagsOf(answer)}:${enums.has(answer.type) ? 'string' : answer.type}`)
  const call = ({ name, fields, answer }) => [name, ...fields.map((field) => inTable(field, enums))].join(' ') + answerOf(answer)
  return `${header('the API as data, one type or method on a line.')}
/** Each type: its name, after < its base, then its own elements in the order of the schema (? optional, * list). */
export const typeLines = \`
${types.map(line).join('\n')}
\`

/** Each method: its name, its arguments as above, and after = what it returns, if it does. */
export const methodLines = \`
${calls.map(call).join('\n')}
\`
`
}

const typesOf = ({ structs, enums, types, children, calls, usedEnums }) => {
  const plain = (type) => inTypeScript[type] ?? (children.has(type) ? `Any${type}` : type)
  const fieldLine = (field) => {
    const one = plain(field.type)
    return `  readonly ${field.name}${field.optional ? '?' : ''}: ${field.list ? `readonly ${one}[]` : one}`
  }
  const fieldLines = (fields) => fields.map(fieldLine).join('\n')
  const declaration = (name) => {
    const { base, fields } = structs.get(name)
    const above = base === null ? '' : ` extends ${base}Fields`
    const tag = `  readonly $type${base === null ? '?' : ''}: '${name}'\n`
    if (!children.has(name)) return `export interface ${name}${above} {\n${tag}  readonly $as?: string\n${fieldLines(fields)}\n}`
    const union = [name, ...children.get(name).map((child) => plain(child))].join(' | ')
    return `export interface ${name}Fields${above} {\n  readonly $as?: string\n${fieldLines(fields)}\n}
export interface ${name} extends ${name}Fields {\n${tag}}
export type Any${name} = ${union}`
  }
  const call = ({ name, fields, answer }) => {
    const result =
      answer === null
        ? 'undefined'
        : answer.list
          ? `readonly ${plain(answer.type)}[]`
          : plain(answer.type) + (answer.optional ? ' | undefined' : '')
    return `  readonly ${name}: { readonly args: {${fields.map(fieldLine).join(';')}}; readonly result: ${result} }`
  }
  return `${header('the API as types.')}
/** A managed object: its type, and its id on this server. */
export interface Ref {
  readonly type: string
  readonly value: string
}

/** A 64-bit number; a bigint where a number would not be exact. */
export type Long = number | bigint

${usedEnums
  .map(
    (name) =>
      `export type ${name} = ${enums
        .get(name)
        .map((value) => `'${value}'`)
        .join(' | ')}`,
  )
  .join('\n')}

${types.map(declaration).join('\n\n')}

/** Every type by name; a base stands for all that derive from it. */
export interface Types {
${types.map((name) => `  readonly ${name}: ${plain(name)}`).join('\n')}
}

/** Every method by name: its arguments, and what it returns. */
export interface Methods {
${calls.map(call).join('\n')}
}
`
}

const byCode = (one, other) => (one < other ? -1 : 1)

const fail = (text) => {
  throw new Error(text)
}

main(process.argv[2] ?? fail('the folder of govmomi is missing'))
