import type { ObjectSchema } from '@forgeplan/model'
import { object } from '@forgeplan/model'
import { flag, id, idMappings, integer, mounts, text, textMap, texts } from './kinds.ts'
import { resources } from './resources.ts'

const device = object({
  path: { schema: text, doc: 'The path of the device, or all for a whole class.' },
  type: { schema: text, doc: 'b, c, u or p.' },
  major: { schema: integer, doc: 'The major number.' },
  minor: { schema: integer, doc: 'The minor number.' },
  mode: { schema: text, doc: 'The mode, in octal digits.' },
})

const interfaceShape = object({
  name: { schema: text, doc: 'The name of the interface.' },
  add: { schema: text, doc: 'The type of an interface that is made.' },
  peer: { schema: text, doc: 'The other end of a veth pair.' },
  createInRoot: { schema: flag, doc: 'Make it in the root namespace.' },
})

const bindNS = object({
  cgroup: { schema: text, doc: 'Where the cgroup namespace is bound.' },
  ipc: { schema: text, doc: 'Where the ipc namespace is bound.' },
  mnt: { schema: text, doc: 'Where the mount namespace is bound.' },
  net: { schema: text, doc: 'Where the network namespace is bound.' },
  pid: { schema: text, doc: 'Where the pid namespace is bound.' },
  user: { schema: text, doc: 'Where the user namespace is bound.' },
  uts: { schema: text, doc: 'Where the uts namespace is bound.' },
})

const runtime = object({
  cgroups: { schema: texts, doc: 'Control groups that are made.' },
  mounts: { schema: mounts, doc: 'Mounts in the root before it starts.' },
  mkdir: { schema: texts, doc: 'Directories that are made before it starts.' },
  interfaces: { schema: { kind: 'list', of: interfaceShape }, doc: 'Network interfaces that are moved into it or made.' },
  bindNS: { schema: bindNS, doc: 'Where its namespaces are kept.' },
  namespace: { schema: text, doc: 'The namespace of containerd.' },
})

/** One container: an item of onboot, onshutdown or services. */
export const entryShape: ObjectSchema = object({
  name: { schema: text, required: true, doc: 'What it is called.' },
  image: { schema: text, required: true, doc: 'The image that it runs.' },
  capabilities: { schema: texts, doc: 'Capabilities such as CAP_NET_ADMIN, or all or none alone.' },
  'capabilities.add': { schema: texts, doc: 'Capabilities beside those of the image.' },
  ambient: { schema: texts, doc: 'Ambient capabilities.' },
  mounts: { schema: mounts, doc: 'File systems that it sees.' },
  binds: { schema: texts, doc: 'Paths or volumes as SOURCE:DESTINATION[:OPTIONS].' },
  'binds.add': { schema: texts, doc: 'Binds beside those of the image.' },
  devices: { schema: { kind: 'list', of: device }, doc: 'Devices that it sees.' },
  tmpfs: { schema: texts, doc: 'Empty file systems as PATH[:OPTIONS].' },
  command: { schema: texts, doc: 'What it runs.' },
  env: { schema: texts, doc: 'Environment variables as NAME=VALUE.' },
  cwd: { schema: text, doc: 'The directory that it starts in.' },
  net: { schema: text, doc: 'host, new, or the path of a network namespace.' },
  pid: { schema: text, doc: 'host, new, or the path of a pid namespace.' },
  ipc: { schema: text, doc: 'host, new, or the path of an ipc namespace.' },
  uts: { schema: text, doc: 'host, new, or the path of a uts namespace.' },
  userns: { schema: text, doc: 'The path of a user namespace.' },
  hostname: { schema: text, doc: 'Its host name.' },
  readonly: { schema: flag, doc: 'Its root file system cannot be written.' },
  maskedPaths: { schema: texts, doc: 'Paths that it cannot read.' },
  readonlyPaths: { schema: texts, doc: 'Paths that it cannot write.' },
  uid: { schema: id, doc: 'Its user: a number, or the name of a container.' },
  gid: { schema: id, doc: 'Its group: a number, or the name of a container.' },
  additionalGids: { schema: { kind: 'list', of: id }, doc: 'Its other groups.' },
  noNewPrivileges: { schema: flag, doc: 'It cannot gain privileges.' },
  oomScoreAdj: { schema: integer, doc: 'How soon it is killed when memory is short, -1000 to 1000.' },
  rootfsPropagation: { schema: text, doc: 'How mounts in its root reach others.' },
  cgroupsPath: { schema: text, doc: 'Its control group.' },
  resources: { schema: resources, doc: 'Its limits.' },
  sysctl: { schema: textMap, doc: 'Settings of the kernel, as texts.' },
  rlimits: { schema: texts, doc: 'Limits as NAME,SOFT,HARD.' },
  uidMappings: { schema: idMappings, doc: 'Mappings of user ids.' },
  gidMappings: { schema: idMappings, doc: 'Mappings of group ids.' },
  annotations: { schema: textMap, doc: 'Annotations of the container.' },
  runtime: { schema: runtime, doc: 'What is prepared around it.' },
})
