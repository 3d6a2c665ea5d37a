import type { ObjectSchema, Schema } from '@forgeplan/model'
import { object } from '@forgeplan/model'
import { entryShape } from './entry.ts'
import { flag, id, text, texts } from './kinds.ts'

const kernel = object({
  image: { schema: text, doc: 'The image that holds the kernel.' },
  cmdline: { schema: text, doc: 'The command line of the kernel.' },
  binary: { schema: text, doc: 'The file in the image; kernel if not said.' },
  tar: { schema: text, doc: 'The archive of its modules; kernel.tar if not said, none for no archive.' },
  ucode: { schema: text, doc: 'The file of the microcode.' },
})

const volume = object({
  name: {
    schema: { kind: 'string', pattern: '^[a-z0-9_-]+$', patternHint: 'lower-case letters, digits, hyphens and underscores' },
    required: true,
    doc: 'What binds call it.',
  },
  image: { schema: text, doc: 'The image that it holds; empty if not said.' },
  readonly: { schema: flag, doc: 'Nothing can write to it.' },
  format: { schema: { kind: 'enum', values: ['oci', 'filesystem'] }, doc: 'How the image is laid out in it.' },
  platforms: { schema: texts, doc: 'Platforms of an oci volume, such as linux/amd64.' },
})

const file = object({
  path: { schema: text, required: true, doc: 'Where it stands in the image.' },
  directory: { schema: flag, doc: 'It is a directory.' },
  symlink: { schema: text, doc: 'It is a link that leads there.' },
  contents: { schema: text, doc: 'What it holds.' },
  source: { schema: text, doc: 'The local file that it is copied from.' },
  metadata: { schema: { kind: 'enum', values: ['yaml'] }, doc: 'It holds the configuration of the image itself.' },
  optional: { schema: flag, doc: 'It is left out where the local file is not there.' },
  mode: { schema: text, doc: 'Its mode in octal digits; 0600 if not said, 0700 for directories.' },
  uid: { schema: id, doc: 'Its owner: a number, or the name of a container.' },
  gid: { schema: id, doc: 'Its group: a number, or the name of a container.' },
})

const entries: Schema = { kind: 'list', of: entryShape }

/** Every key of a LinuxKit YAML, as linuxkit 1.8 takes it. */
export const rootShape: ObjectSchema = object({
  kernel: { schema: kernel, doc: 'The kernel.' },
  init: { schema: texts, doc: 'Images that are the root file system, in order.' },
  onboot: { schema: entries, doc: 'Containers that run one after the other at boot.' },
  onshutdown: { schema: entries, doc: 'Containers that run at shutdown.' },
  services: { schema: entries, doc: 'Containers that go on running.' },
  volumes: { schema: { kind: 'list', of: volume }, doc: 'Volumes that containers bind.' },
  files: { schema: { kind: 'list', of: file }, doc: 'Files that are put into the image.' },
  trust: {
    schema: object({ image: { schema: texts, doc: 'Images.' }, org: { schema: texts, doc: 'Organisations.' } }),
    doc: 'Ignored by linuxkit today.',
  },
})
