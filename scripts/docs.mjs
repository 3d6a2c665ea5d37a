// Writes the documents that are made from the product itself: npm run docs.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { builtinFlavors, builtinImages, builtinProviders, makeProgram } from '@forgeplan/cli'
import { jsonSchema, referenceMarkdown } from '@forgeplan/config'
import { codes } from '@forgeplan/model'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** The generated documents: path from the root, and text. */
export const generated = async () => {
  const catalog = {
    providers: await loadAll(builtinProviders),
    flavors: await loadAll(builtinFlavors),
    images: await loadAll(builtinImages),
  }
  const present = readFileSync(join(root, 'docs', 'configuration.md'), 'utf8')
  return new Map([
    ['docs/configuration.md', configuration(present, referenceMarkdown(catalog))],
    ['docs/forge.schema.json', `${JSON.stringify(jsonSchema(catalog), null, 2)}\n`],
    ['docs/diagnostics.md', diagnostics()],
    ['docs/commands.md', commands()],
  ])
}

const loadAll = async (loaders) => new Map(await Promise.all(Object.entries(loaders).map(async ([name, load]) => [name, await load()])))

const heading = '## Reference\n'

/** The guide, which is written by hand and stays, and the reference after it, one level deeper and without its title. */
const configuration = (present, reference) => {
  const guide = present.split(`\n${heading}`)[0].trimEnd()
  const body = reference.replace(/^# .*\n+/, '').replaceAll(/^(?=#{2,4} )/gm, '#')
  const made = body.replace('This page is generated', 'This part is generated (`npm run docs`)')
  return `${guide}\n\n${heading}\n${made}`
}

const areas = [
  ['1', 'Text and shape of the configuration'],
  ['2', 'References and what they lead to'],
  ['3', 'Planning and policy'],
  ['4', 'State, lease and exports'],
  ['5', 'Providers and the run'],
  ['6', 'The command line'],
]

const diagnostics = () =>
  [
    '# Diagnostics',
    'Every error and every warning carries one of these codes. The message itself says which object, field or file is meant, and what to do; this page says what stands behind it.',
    ...areas.flatMap(([digit, title]) => [`## ${title}`, ...codesOf(digit)]),
  ].join('\n\n') + '\n'

const codesOf = (digit) =>
  Object.entries(codes)
    .filter(([code]) => code.startsWith(`FORGE${digit}`))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([code, { title, explanation }]) => [`### ${code}: ${title}`, explanation])

const commands = () => {
  const written = []
  const program = makeProgram(() => Promise.resolve(), { out: (text) => written.push(text), err: () => undefined })
  const examplesOf = (command) => {
    written.length = 0
    command.outputHelp()
    return (written.join('').split('\nExamples:\n')[1] ?? '').replaceAll(/^ {2}/gm, '').trimEnd()
  }
  return (
    [
      '# Commands',
      `${program.description()} This page is made from what \`forge COMMAND --help\` prints.`,
      '## Options of every command',
      table(['option', 'meaning'], program.options.map(optionRow)),
      ...leaves(program).flatMap((command) => section(command, examplesOf(command))),
    ].join('\n\n') + '\n'
  )
}

// Hidden commands are for scripts.
const leaves = (command) =>
  command
    .createHelp()
    .visibleCommands(command)
    .flatMap((child) => (child.name() === 'help' ? [] : child.commands.length === 0 ? [child] : leaves(child)))

const section = (command, examples) => {
  const name = pathOf(command)
  const takes = command.registeredArguments.map((argument) => [
    `\`${argument.name()}\`${argument.required ? '' : ' (optional)'}`,
    argument.description,
  ])
  const described = takes.filter(([, description]) => description !== '')
  return [
    `## forge ${name}`,
    sentence(command.description()),
    `\`forge ${name} ${command.usage()}\``,
    ...(described.length === 0 ? [] : [table(['argument', 'meaning'], described)]),
    ...(command.options.length === 0 ? [] : [table(['option', 'meaning'], command.options.map(optionRow))]),
    ...(examples === '' ? [] : [`\`\`\`text\n${examples}\n\`\`\``]),
  ]
}

const pathOf = (command) => (command.parent?.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name())

const optionRow = ({ flags, description, defaultValue }) => {
  const preset = defaultValue === undefined || defaultValue === true || defaultValue === false ? '' : ` Default: \`${defaultValue}\`.`
  return [`\`${flags}\``, `${sentence(description)}${preset}`]
}

const sentence = (text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`

const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows.map((row) => row.map(cell))].map((row) => `| ${row.join(' | ')} |`).join('\n')

const cell = (text) => text.replaceAll('|', '\\|')

const main = async () => {
  for (const [path, text] of await generated()) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
    console.error(path)
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await main()
