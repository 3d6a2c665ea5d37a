import { readFile, statfs } from 'node:fs/promises'
import { StoreError } from './errors.ts'

// `f_type` of statfs(2). Seen from a virtual machine, 9p is its host's file system: another kernel than ours.
const networkTypes: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB2'],
  [0x01021997, '9p'],
  [0x5346414f, 'AFS'],
  [0x73757245, 'Coda'],
  [0x00c36400, 'Ceph'],
  [0x0bd00bd0, 'Lustre'],
  [0x47504653, 'GPFS'],
  [0x7461636f, 'OCFS2'],
  [0x01161970, 'GFS2'],
  [0x19830326, 'BeeGFS'],
  [0x786f4256, 'vboxsf'],
])
const fuse = 0x65735546
const networkFuse = /^fuse\.(.*(ssh|s3|gcs|gluster|ceph|nfs|smb|dav|rclone|juice|goofys|curlftp|blob|lizard|moose|weed|adl|grpc).*)$/i

/** The name of the network file system with that statfs type and mount type, or null if it is a local one. */
export const networkName = (type: number, mountType: string | null): string | null => {
  const unsigned = type >>> 0
  if (unsigned === fuse) return mountType !== null && networkFuse.test(mountType) ? mountType : null
  return networkTypes.get(unsigned) ?? null
}

/** The type of the mount that `path` (absolute) is on, from the text of /proc/self/mountinfo; see proc(5). */
export const mountTypeOf = (path: string, mountinfo: string): string | null => {
  const mounts = mountinfo.split('\n').flatMap((line) => {
    const fields = line.split(' ')
    const point = fields[4]?.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
    const type = fields[fields.indexOf('-') + 1]
    return point === undefined || type === undefined || !isInside(path, point) ? [] : [{ point, type }]
  })
  // The longest mount point holds the path; of two on the same point the later one hides the earlier.
  return (
    mounts.reduce<(typeof mounts)[number] | null>(
      (best, mount) => (best !== null && best.point.length > mount.point.length ? best : mount),
      null,
    )?.type ?? null
  )
}

const isInside = (path: string, point: string): boolean => point === '/' || path === point || path.startsWith(`${point}/`)

/** @throws StoreError `network` where SQLite's write-ahead log would be unsafe (https://sqlite.org/wal.html). */
export const refuseNetwork = async (directory: string): Promise<void> => {
  const { type } = await statfs(directory)
  const mountType = type >>> 0 === fuse ? mountTypeOf(directory, await readFile('/proc/self/mountinfo', 'utf8').catch(() => '')) : null
  const name = networkName(type, mountType)
  if (name === null) return
  throw new StoreError(
    'network',
    `${directory} is on ${name}, where forge cannot keep a state safely. Name a path on a local disk with --state or FORGE_STATE.`,
  )
}
