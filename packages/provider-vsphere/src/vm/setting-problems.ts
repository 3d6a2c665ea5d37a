import { isSettingKey } from '../owner.ts'
import type { VmInputs } from './vm-type.ts'

/** What vSphere would not take of the advanced settings, or would take for something else, as sentences. */
export const settingProblems = ({ extraConfig = {} }: Pick<VmInputs, 'extraConfig'>): readonly string[] => {
  const keys = Object.keys(extraConfig)
  const twins = keys.filter((key, index) => keys.findIndex((other) => other.toLowerCase() === key.toLowerCase()) < index)
  return [
    // A property path is made of the key.
    ...keys
      .filter((key) => !isSettingKey(key))
      .map((key) => `${JSON.stringify(key)} cannot be a key of extraConfig: letters, digits and . _ : - are, and forge. is forge’s own.`),
    ...keys
      .filter((key) => extraConfig[key] === '')
      .map((key) => `The key ${JSON.stringify(key)} of extraConfig has an empty value, which vSphere takes for none. Leave it out.`),
    ...twins.map(
      (key) => `The key ${JSON.stringify(key)} stands in extraConfig twice: vSphere does not tell capital letters from small ones.`,
    ),
  ]
}
