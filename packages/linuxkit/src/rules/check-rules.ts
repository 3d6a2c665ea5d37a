import type { MapNode, Problems } from '@forgeplan/config'
import { entryOf } from '@forgeplan/config'
import type { Text } from '../read/parts.ts'
import { containerSections, itemsOf } from '../read/parts.ts'
import { checkBinds } from './binds.ts'
import { checkCapabilities } from './capabilities.ts'
import { checkDevices } from './devices.ts'
import { checkFiles } from './files.ts'
import { checkIds } from './ids.ts'
import { checkImages } from './images.ts'
import { checkLimits } from './limits.ts'
import { checkMounts } from './mounts.ts'
import { checkTmpfs } from './tmpfs.ts'
import { checkUnique } from './unique.ts'

/** What linuxkit refuses beyond the schema, over all files together; parts of the wrong shape are passed over. */
export const checkRules = (roots: readonly MapNode[], images: readonly Text[], problems: Problems): void => {
  const containers = containerSections.flatMap((section) => itemsOf(roots, section))
  const volumes = itemsOf(roots, 'volumes')
  const files = itemsOf(roots, 'files')
  checkTrust(roots, problems)
  checkImages(images, problems)
  checkUnique('service', itemsOf(roots, 'services'), problems)
  checkUnique('volume', volumes, problems)
  for (const container of containers) {
    checkCapabilities(container, problems)
    checkTmpfs(container, problems)
    checkMounts(container, problems)
    checkLimits(container, problems)
    checkDevices(container, problems)
  }
  checkBinds(containers, volumes, problems)
  checkIds(containers, files, problems)
  checkFiles(files, problems)
}

const checkTrust = (roots: readonly MapNode[], problems: Problems): void => {
  for (const root of roots) {
    const trust = entryOf(root, 'trust')
    if (trust !== undefined)
      problems.warning(
        'FORGE1304',
        trust.keySpan,
        () => 'linuxkit ignores trust. Remove it, and pin the images by digest (IMAGE@sha256:...) in its place.',
      )
  }
}
