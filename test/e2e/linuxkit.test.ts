import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { hasPacker } from '../require.ts'
import { booted } from './support/machines.ts'
import type { Place } from './support/place.ts'
import { makeSite } from './support/place.ts'

const newPlace = await makeSite()

const forge = (format: string): string => `stack: lab
providers:
  here: { plugin: hyperkit, root: machines }
images:
  os: { plugin: linuxkit, source: [base.yml, docker.yml], format: ${format}, push: { provider: here } }
groups:
  web: { size: 2, instance: { provider: here, ${format === 'iso' ? 'iso: "${images.os}"' : 'kernel: "${images.os.kernel}", initrd: "${images.os.initrd}", cmdline: "${images.os.cmdline}"'} } }
`
const base = 'kernel:\n  image: linuxkit/kernel:6.6.71\n  cmdline: "console=ttyS0 quiet"\ninit:\n  - linuxkit/init:8eea386\n'
const docker = `services:
  - name: docker
    image: docker:24.0.7-dind
    env: [PASSWORD=hunter2]
files:
  - path: etc/motd
    contents: hunter3
`
const files = { 'base.yml': base, 'docker.yml': docker }

// As linuxkit answers, as far as forge looks: it writes its three files, and what it was asked for into a file.
const recorded = `#!/bin/sh
printf '%s ' "$@" >> "$(dirname "$0")/asked"
while [ $# -gt 0 ]; do case "$1" in --name) name=$2 ;; --dir) dir=$2 ;; esac; shift; done
echo "Create outputs:"
printf kernel > "$dir/$name-kernel"; cat docker.yml > "$dir/$name-initrd.img"; printf 'console=ttyS0 quiet' > "$dir/$name-cmdline"
`

const withLinuxkit = ({ directory }: Place): Readonly<Record<string, string>> => {
  const bin = join(directory, 'bin')
  mkdirSync(bin, { recursive: true })
  writeFileSync(join(bin, 'linuxkit'), recorded)
  chmodSync(join(bin, 'linuxkit'), 0o755)
  return { PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` }
}

const asked = ({ directory }: Place): string => {
  const path = join(directory, 'bin', 'asked')
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}

const oneLine = (text: string): string => text.replaceAll(/\s+[│╷╵]?\s*/g, ' ')

const everything = (directory: string): string =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !['docker.yml', 'os-initrd.img'].includes(entry.name) && !entry.name.endsWith('-initrd'))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n')

describe('an image of a LinuxKit YAML', () => {
  test('is planned without linuxkit, built and pushed once, and rolled out when a line of it changes', async () => {
    const place = await newPlace(forge('kernel+initrd'), files)
    const env = withLinuxkit(place)
    await place.done(['apply', '--auto-approve'], env)
    expect(asked(place)).toMatch(
      /^build --docker --no-sbom --format kernel\+initrd --name os --dir \S+\/building-\S+ \S+\/base\.yml \S+\/docker\.yml $/,
    )
    expect(await place.forge(['plan', '--detailed-exitcode'])).toMatchObject({ code: 0, err: '' })

    await place.write(
      'docker.yml',
      `# as it was\n${docker.replace('image: docker:', 'image: "docker.io/library/docker:')}`.replace('dind', 'dind"'),
    )
    expect(await place.forge(['plan', '--detailed-exitcode'])).toMatchObject({ code: 0, err: '' })

    await place.write('docker.yml', docker.replace('24.0.7', '25.0.1').replace('hunter3', 'hunter4'))
    const plan = await place.done(['plan', '--out', 'a.forgeplan'], env)
    expect(plan).toMatch(/image\.os +1 -> 2 +\+1 +new version: @[0-9a-f]{12} -> @[0-9a-f]{12}\n/)
    expect(plan).toContain('- services.docker.image: "docker.io/library/docker:24.0.7-dind"')
    expect(plan).toContain('+ services.docker.image: "docker.io/library/docker:25.0.1-dind"')
    expect(plan).toMatch(
      /- files\.etc\/motd\.contents: "\(hidden [0-9a-f]{12}\)"\n +\+ files\.etc\/motd\.contents: "\(hidden [0-9a-f]{12}\)"/,
    )
    for (const format of ['--json', '--markdown'])
      expect(await place.done(['show', 'a.forgeplan', format])).toMatch(/docker\.io\/library\/docker:25\.0\.1-dind/)
    await place.done(['apply', 'a.forgeplan'], env)
    expect(asked(place).match(/build --docker/g)).toHaveLength(2)
    expect(readdirSync(join(place.machines, '.images')).filter((name) => name.startsWith('os-'))).toHaveLength(4)
    await booted(place)
    expect(everything(place.directory)).not.toMatch(/hunter\d/)
  })

  test.skipIf(!hasPacker())('is packed into a CD-ROM image', async () => {
    const place = await newPlace(forge('iso'), files)
    await place.done(['apply', '--auto-approve'], withLinuxkit(place))
    const [iso = ''] = readdirSync(join(place.machines, '.images')).filter((name) => name.endsWith('.iso'))
    expect(readFileSync(join(place.machines, '.images', iso), 'latin1')).toContain('APPEND initrd=/initrd console=ttyS0 quiet\n')
  })

  test('that cannot be built here is told in the plan, refused by apply, and only when it has to be built', async () => {
    const place = await newPlace(forge('kernel+initrd'), files)
    const without = { PATH: '/nowhere' }
    expect(await place.done(['validate'], without)).toBe('The configuration of lab is valid.\n')
    expect(oneLine(await place.done(['plan'], without))).toMatch(
      /ERROR An image cannot be made here \(FORGE5020\) A LinuxKit YAML is built with the command linuxkit, which is not on the PATH\./,
    )
    const { code, err } = await place.forge(['apply', '--auto-approve'], without)
    expect([code, existsSync(place.machines)]).toEqual([1, false])
    expect(oneLine(err)).toContain('Install it from https://github.com/linuxkit/linuxkit/releases')
    await place.done(['apply', '--auto-approve'], withLinuxkit(place))
    expect(await place.forge(['plan', '--detailed-exitcode'], without)).toMatchObject({ code: 0, err: '' })
  })

  test('is checked with the configuration, and all that is wrong is told at once', async () => {
    const place = await newPlace(forge('iso').replace('size: 2', 'seize: 2'), {
      'base.yml': base.replace('cmdline', 'cmdlin'),
      'docker.yml': docker
        .replace('docker:24.0.7-dind', 'docker')
        .replace('hunter2', 'hunter2, "x"]  # ')
        .replace('contents', 'source: nowhere\n    contents'),
    })
    const { code, err } = await place.forge(['validate'])
    expect(code).toBe(1)
    for (const where of ['forge.yaml:7:10', 'base.yml:3:3', 'docker.yml:3:12', 'docker.yml:6:5']) expect(err).toContain(`on ${where}:`)
    expect(err).toContain('Did you mean')
    expect(err).not.toMatch(/hunter\d/)
    const { out } = await place.forge(['validate', '--json'])
    const { diagnostics } = JSON.parse(out) as { readonly diagnostics: readonly { readonly severity: string; readonly summary: string }[] }
    expect(diagnostics.map(({ severity }) => severity).toSorted()).toEqual(['error', 'error', 'error', 'warning'])
  })

  test('tells what is wrong in a file once, however many images are made of it', async () => {
    const twice = forge('iso').replace('groups:', '  other: { plugin: linuxkit, source: base.yml, push: { provider: here } }\ngroups:')
    const place = await newPlace(twice, { ...files, 'base.yml': base.replace('cmdline', 'cmdlin') })
    const { out } = await place.forge(['validate', '--json'])
    expect(JSON.parse(out)).toMatchObject({ error_count: 1, warning_count: 0 })
  })

  test('whose references are not pinned is warned of, and that is no failure', async () => {
    const place = await newPlace(forge('iso'), { ...files, 'docker.yml': docker.replace('docker:24.0.7-dind', 'docker') })
    const { code, out, err } = await place.forge(['validate'])
    expect([code, out]).toEqual([0, 'The configuration of lab is valid.\n'])
    expect(err).toContain('Warning: An image reference is not pinned')
    expect(err).toContain('docker.yml:3:12')
  })
})
