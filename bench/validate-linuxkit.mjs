// A thousand LinuxKit files of 100 lines, read and checked by a process that has to start first.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { median, timed } from './timed.mjs'

const files = 1000
const runs = 3

const here = fileURLToPath(import.meta.url)

/** Seconds for 1000 files, from the start of the process to its end: the median of three runs. */
export const validate1000FilesSeconds = (parent) => {
  const directory = join(parent, 'linuxkit-files')
  mkdirSync(directory)
  for (let at = 0; at < files; at++) writeFileSync(join(directory, `${at}.yml`), linuxkitFile(at))
  const results = Array.from({ length: runs }, () => timed(process.execPath, [here, directory]))
  const broken = results.find(({ status }) => status !== 0)
  if (broken !== undefined) throw new Error(`The files were not validated:\n${broken.output}`)
  return median(results.map(({ seconds }) => seconds))
}

const container = (name, at) => `  - name: ${name}
    image: linuxkit/${name}:${'0123456789abcdef'.repeat(3).slice(at % 8, (at % 8) + 40)}
    capabilities: [CAP_NET_ADMIN, CAP_SYS_TIME]
    binds:
      - /etc/resolv.conf:/etc/resolv.conf
      - /run:/run:rshared
    command: ["/usr/bin/${name}", "--number", "${at}"]
    env: [NAME=${name}]
    net: host
`

const linuxkitFile = (at) => `kernel:
  image: linuxkit/kernel:6.6.${at}
  cmdline: "console=tty0 console=ttyS0"
init:
  - linuxkit/init:1.${at}
  - linuxkit/runc:1.${at}
onboot:
${['sysctl', 'dhcpcd', 'metadata', 'format'].map((name) => container(name, at)).join('')}services:
${['getty', 'rngd', 'ntpd', 'sshd', 'docker'].map((name) => container(name, at)).join('')}files:
  - path: etc/motd
    contents: |
      machine ${at}
      of a thousand
  - path: etc/number
    contents: "${at}"
    mode: "0644"
`

const main = async (directory) => {
  // As in the bundle, whose YAML library does not ask the environment at every token: see scripts/bundle.mjs.
  process.env = { ...process.env }
  const { readLinuxkit } = await import('@forgeplan/linuxkit')
  for (const name of readdirSync(directory)) {
    const result = readLinuxkit([{ file: name, text: readFileSync(join(directory, name), 'utf8') }])
    if (!result.ok) throw new Error(result.problems.map(({ detail }) => detail).join('\n'))
  }
}

if (process.argv[1] === here) await main(process.argv[2])
