import type { CodeEntry } from './entry.ts'

export const running = {
  FORGE5001: {
    title: 'A provider cannot be opened',
    explanation:
      'The provider of the configuration refused the connection: it is not reachable, the login is wrong, or its plugin is missing. Nothing was read and nothing was changed. Check the settings of the provider and try again.',
  },
  FORGE5002: {
    title: 'The world cannot be read',
    explanation:
      'A provider could not list its objects, also after several tries. An inventory that cannot be read is an error and never "absent": forge would otherwise build everything a second time. Nothing was changed. Try again when the provider answers.',
  },
  FORGE5003: {
    title: 'The marks in the world contradict each other',
    explanation:
      'Objects of this stack carry marks of several lineages, or two of them claim to be the same object. forge cannot tell which state was lost, and takes none of them over. Remove the marks of the objects that are not yours, or restore a backup of the state.',
  },
  FORGE5004: {
    title: 'The state holds objects but no lineage',
    explanation:
      'Every state that holds objects has a lineage, so this one is damaged. Restore a backup, or rebuild it with "forge state recover".',
  },
  FORGE5010: {
    title: 'Nothing to import',
    explanation:
      'The provider knows no object that fits what was asked for, knows several where one address was named, or cannot look for it that way; or the object is of another type than the address wants, or managed already. The detail says which.',
  },
  FORGE5011: {
    title: 'There is no room for the machines',
    explanation:
      'The provider cannot hold all machines that the plan would have at one time. Ask for fewer or smaller ones, make room, or let a rolling update take members down before their successors come.',
  },
  FORGE5020: {
    title: 'An image cannot be made here',
    explanation:
      'The plan makes a version of an image for which a program is needed that this machine lacks: linuxkit for a LinuxKit YAML, xorriso and isolinux for a CD-ROM image. Install it, or plan and apply where it is. `forge image build` says the same, and when a build fails or its source changes meanwhile.',
  },
  FORGE5201: {
    title: 'A port of the host is not free',
    explanation:
      'A machine shall serve on a port of this host that a process outside of forge holds, or that this user may not use (ports below 1024, as a rule). Stop that process or choose another port.',
  },
  FORGE5202: {
    title: 'Another machine holds the port',
    explanation:
      'A machine shall serve on a port on which another machine of the same root directory runs now. That is well if the same apply takes that machine away or moves it to another port first; otherwise choose another port.',
  },
  FORGE5203: {
    title: 'Two machines want the same port',
    explanation:
      'Two machines of this host are to serve on one port, and only one of them can. Members of a group need a port that depends on the member, such as 8000 + member.ordinal.',
  },
  FORGE5204: {
    title: 'The root directory of the machines cannot be written',
    explanation:
      'Every machine of the hyperkit provider has a directory inside the root directory, and this user may not write there. Change its owner or its mode, or set another "root" in the provider.',
  },
  FORGE5205: {
    title: 'A file to boot from cannot be read',
    explanation:
      'A kernel, an initial root file system or a CD-ROM image of a machine is missing, or this user may not read it. Relative paths start at the folder of the configuration. Examples make theirs with a script: see their README.',
  },
  FORGE5206: {
    title: 'A machine with nothing to boot',
    explanation:
      'A real machine needs a kernel, an iso or a disk to boot from; under hyperkit an iso or a disk also needs the firmware that the provider names as "bootrom".',
  },
  FORGE5207: {
    title: 'No forwarded ports under hyperkit',
    explanation:
      'The hyperkit driver forwards no ports of the host into its machines. Take "port" and "forward" out of the machine, or use the qemu driver.',
  },
} as const satisfies Record<string, CodeEntry>
