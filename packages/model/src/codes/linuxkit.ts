import type { CodeEntry } from './entry.ts'

export const linuxkit = {
  FORGE1301: {
    title: 'An image reference cannot be read',
    explanation:
      'LinuxKit takes references as Docker does: [HOST[:PORT]/]PATH[:TAG][@sha256:DIGEST] in lower case; nginx is docker.io/library/nginx:latest. @pkg:DIRECTORY names a package that is built from a local directory.',
  },
  FORGE1302: {
    title: 'An image reference is not pinned',
    explanation:
      'The tag latest, or no tag and no digest, names another image tomorrow: two builds of the same file differ. Name a tag that is not moved, or better a digest.',
  },
  FORGE1303: {
    title: 'A LinuxKit name is used twice',
    explanation: 'Names of services and names of volumes are unique in all files that are merged into one image. Rename one of the two.',
  },
  FORGE1304: {
    title: 'A key of LinuxKit has no meaning any more',
    explanation:
      'trust was for Docker Content Trust, which linuxkit does not check any more. Remove it; pin images by digest in its place.',
  },
  FORGE1305: {
    title: 'A capability is not known',
    explanation:
      'Capabilities are written as in CAP_NET_ADMIN, in capital letters. The words all and none stand alone, in any case, and not beside others.',
  },
  FORGE1306: {
    title: 'A bind cannot be read',
    explanation:
      'A bind is SOURCE:DESTINATION or SOURCE:DESTINATION:OPTIONS, so it has one colon or two. SOURCE is a path or the name of a volume.',
  },
  FORGE1307: {
    title: 'A tmpfs cannot be read',
    explanation: 'A tmpfs is PATH or PATH:OPTIONS, so it has one colon at most; options are separated by commas.',
  },
  FORGE1308: {
    title: 'A mount is not complete',
    explanation:
      'A mount needs a type and a destination. The type is known where the source is mqueue, devpts, proc, sysfs or cgroup, or the destination is /dev; the destination is known for those five types.',
  },
  FORGE1309: {
    title: 'A resource limit cannot be read',
    explanation: 'A limit is NAME,SOFT,HARD: a name such as nofile or RLIMIT_NOFILE, and two numbers or the word unlimited.',
  },
  FORGE1310: {
    title: 'A mode is no octal number',
    explanation:
      'Modes of files and devices are texts of octal digits, such as "0644". In quotes, since YAML reads the bare digits as a decimal number.',
  },
  FORGE1311: {
    title: 'A user or group is not known',
    explanation: 'A uid or gid is a number, root, or the name of a container of the same image, which is given a number of its own.',
  },
  FORGE1312: {
    title: 'A volume cannot be used like this',
    explanation:
      'A bind whose source is no absolute path names a volume, which has to stand under volumes. A volume that is readonly is bound with the option ro.',
  },
  FORGE1313: {
    title: 'A file contradicts itself',
    explanation: 'A file of the image has a path and exactly one origin: contents, source, metadata, symlink or directory.',
  },
  FORGE1314: {
    title: 'A device is not complete',
    explanation: 'A device needs a path. The path all stands for a whole class of devices, whose type has to be said: b or c.',
  },
  FORGE1315: {
    title: 'A local file of an image cannot be read',
    explanation:
      'source under files names a file of the machine that builds, relative to the folder of the configuration of forge, or to the home directory after ~/. Correct the path, make the file, or say optional: true.',
  },
  FORGE1316: {
    title: 'An image has no kernel',
    explanation:
      'Machines boot from what forge makes of a LinuxKit YAML, so that one of its files has to name a kernel under kernel.image.',
  },
} as const satisfies Record<string, CodeEntry>
