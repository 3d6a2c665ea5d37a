import type { Problems } from '@forgeplan/config'
import { headOf, quote } from '@forgeplan/config'
import type { Item } from '../read/parts.ts'
import { mapsAt, textAt } from '../read/parts.ts'
import { checkOctal } from './octal.ts'

/** A device has a path, and a type where it is a whole class; its mode is octal. */
export const checkDevices = (item: Item, problems: Problems): void => {
  for (const device of mapsAt(item, 'devices')) {
    const [path, type] = [textAt(device, 'path'), textAt(device, 'type')]
    checkOctal(textAt(device, 'mode'), problems)
    if (path === undefined || path.text === '')
      problems.error('FORGE1314', headOf(device.node), () => `${device.path} has no path. Add one, such as /dev/sda.`)
    else if (path.text === 'all' && type?.text !== 'b' && type?.text !== 'c')
      problems.error(
        'FORGE1314',
        path.node.span,
        () => `${device.path} is a whole class of devices. Add which: type: b for block devices, type: c for character devices.`,
      )
    else if (type !== undefined && !/^[abcup]?$/.test(type.text))
      problems.error(
        'FORGE1314',
        type.node.span,
        () => `${type.path} is ${quote(type.text)}, which is no type of devices. Write b, c, u or p.`,
      )
  }
}
